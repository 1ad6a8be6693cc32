// The plane of the server's drawings: UTM zone 32 (EPSG:25832) in kilometres, x = (E - 280000) / 1000 to the right,
// y = (6110000 - N) / 1000 down. Series of Krüger (1912) on the GRS 80 ellipsoid, third order: exact to a millimetre here.

const N = 0.0016792203946287445;          // third flattening
const RADIUS = 0.9996 * 6367449.145823415;
const FORWARD = [8.377318206244698e-4, 7.608527773572307e-7, 1.1976455033294527e-9];
const BACKWARD = [8.377321640579486e-4, 5.905870152220203e-8, 1.6734826653438e-10];
const TO_LATITUDE = [3.3565514856614e-3, 6.571913193172e-6, 1.7646404e-8];
const ECCENTRICITY = (2 * Math.sqrt(N)) / (1 + N);
const DEGREE = Math.PI / 180;
const MERIDIAN = 9;

/** @returns {[number, number]} x and y in kilometres of the plane */
export function toPlane(lat, lon) {
  const sine = Math.sin(lat * DEGREE);
  const t = Math.sinh(Math.atanh(sine) - ECCENTRICITY * Math.atanh(ECCENTRICITY * sine));
  const lambda = (lon - MERIDIAN) * DEGREE;
  const xi = Math.atan2(t, Math.cos(lambda));
  const eta = Math.atanh(Math.sin(lambda) / Math.hypot(1, t));
  let east = eta;
  let north = xi;
  FORWARD.forEach((c, i) => {
    const k = 2 * (i + 1);
    east += c * Math.cos(k * xi) * Math.sinh(k * eta);
    north += c * Math.sin(k * xi) * Math.cosh(k * eta);
  });
  return [(500000 + RADIUS * east - 280000) / 1000, (6110000 - RADIUS * north) / 1000];
}

/** @returns {[number, number]} latitude and longitude in degrees */
export function fromPlane(x, y) {
  const xi = (6110000 - y * 1000) / RADIUS;
  const eta = (x * 1000 + 280000 - 500000) / RADIUS;
  let a = xi;
  let b = eta;
  BACKWARD.forEach((c, i) => {
    const k = 2 * (i + 1);
    a -= c * Math.sin(k * xi) * Math.cosh(k * eta);
    b -= c * Math.cos(k * xi) * Math.sinh(k * eta);
  });
  const chi = Math.asin(Math.sin(a) / Math.cosh(b));
  const phi = TO_LATITUDE.reduce((sum, c, i) => sum + c * Math.sin(2 * (i + 1) * chi), chi);
  return [phi / DEGREE, MERIDIAN + Math.atan2(Math.sinh(b), Math.cos(a)) / DEGREE];
}
