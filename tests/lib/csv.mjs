// A strict RFC 4180 reader: rows of fields, or an error that says where the text is not CSV.
export function parseCsv(text) {
  const rows = [];
  let row = [];
  let i = 0;
  while (i < text.length) {
    let field = '';
    if (text[i] === '"') {
      i += 1;
      for (;;) {
        if (i >= text.length) throw new Error('quoted field does not end');
        if (text[i] !== '"') { field += text[i]; i += 1; continue; }
        if (text[i + 1] === '"') { field += '"'; i += 2; continue; }
        i += 1;
        break;
      }
    } else {
      while (i < text.length && !',\r\n'.includes(text[i])) {
        if (text[i] === '"') throw new Error(`bare quote in row ${rows.length + 1}`);
        field += text[i];
        i += 1;
      }
    }
    row.push(field);
    if (text[i] === ',') {
      i += 1;
      if (i === text.length) row.push('');
      continue;
    }
    if (i < text.length && text.slice(i, i + 2) !== '\r\n') throw new Error(`row ${rows.length + 1} does not end with CR LF`);
    i += 2;
    rows.push(row);
    row = [];
  }
  return rows;
}
