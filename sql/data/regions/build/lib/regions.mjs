// Länder and Kreise: names as people know them, from the official register names.

export const STATES = [
  ['SH', '01', 'Schleswig-Holstein'], ['HH', '02', 'Hamburg'], ['NI', '03', 'Niedersachsen'], ['HB', '04', 'Bremen'],
  ['NW', '05', 'Nordrhein-Westfalen'], ['HE', '06', 'Hessen'], ['RP', '07', 'Rheinland-Pfalz'], ['BW', '08', 'Baden-Württemberg'],
  ['BY', '09', 'Bayern'], ['SL', '10', 'Saarland'], ['BE', '11', 'Berlin'], ['BB', '12', 'Brandenburg'],
  ['MV', '13', 'Mecklenburg-Vorpommern'], ['SN', '14', 'Sachsen'], ['ST', '15', 'Sachsen-Anhalt'], ['TH', '16', 'Thüringen'],
];
export const stateOf = ags => STATES.find(([, a]) => a === ags.slice(0, 2))[0];

const SHORT = [[/ a\.d\.\s?Ilm$/, ' an der Ilm'], [/ a\.Inn$/, ' am Inn'], [/ i\.d\.OPf\.$/, ' in der Oberpfalz'],
  [/ a\.d\.Waldnaab$/, ' an der Waldnaab'], [/ i\.Fichtelgebirge$/, ' im Fichtelgebirge'],
  [/ a\.d\.Aisch/, ' an der Aisch'], [/ a\.d\.Donau$/, ' an der Donau']];
const CITY_STATES = new Map([['02000', 'Hamburg'], ['11000', 'Berlin'], ['04011', 'Bremen']]);
// Names in which the kind is already said.
const SELF = /kreis$|^(Eifelkreis|Altmarkkreis|Region|Städteregion) |^Landkreis |^Kreis |-Kreis /i;

/** {ags, name, kind, label, state, ...} from the official row. */
export function describeDistrict(d) {
  const city = d.type === 'Kreisfreie Stadt' || d.type === 'Stadtkreis';
  let name = city ? d.official.split(',')[0] : d.official;
  for (const [a, b] of SHORT) name = name.replace(a, b);
  name = name.replace(' (Oldenburg)', ' (Oldb)').replace(/^Landkreis /, '').replace(/^Cottbus.*/, 'Cottbus');
  let label;
  if (CITY_STATES.has(d.ags)) label = name;
  else if (city) label = `${name} (${d.type === 'Stadtkreis' ? 'Stadtkreis' : 'kreisfreie Stadt'})`;
  else if (d.type === 'Regionalverband') [name, label] = ['Saarbrücken', d.official];
  else label = SELF.test(name) ? name : `${d.type} ${name}`;
  return { ...d, name, kind: d.type, label, state: stateOf(d.ags) };
}
