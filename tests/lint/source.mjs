// Reading sources for the rules: C without comments, its string literals apart, lines kept.

// Every literal of code in order; neighbours that C joins ("sel" "ect") are one. Comments become blanks.
export function readC(text) {
  let code = '';
  const strings = [];
  let line = 1;
  let joins = false;
  for (let i = 0; i < text.length;) {
    const two = text.slice(i, i + 2);
    if (two === '/*' || two === '//') {
      const end = two === '/*' ? text.indexOf('*/', i + 2) + 2 : text.indexOf('\n', i);
      const stop = end < 2 ? text.length : end;
      const comment = text.slice(i, stop);
      code += comment.replace(/[^\n]/g, ' ');
      line += comment.split('\n').length - 1;
      i = stop;
    } else if (text[i] === '"' || text[i] === "'") {
      let k = i + 1;
      while (k < text.length && text[k] !== text[i]) k += text[k] === '\\' ? 2 : 1;
      const literal = text.slice(i, k + 1);
      if (text[i] === '"') {
        const inside = literal.slice(1, -1);
        if (joins) strings[strings.length - 1].text += inside;
        else strings.push({ line, text: inside });
      }
      joins = text[i] === '"';
      code += literal;
      line += literal.split('\n').length - 1;
      i = k + 1;
    } else {
      if (text[i] === '\n') line += 1;
      if (!/\s/.test(text[i])) joins = false;
      code += text[i];
      i += 1;
    }
  }
  return { code, strings };
}

// The code with the insides of literals blanked: for rules about calls.
export function withoutLiterals(text) {
  return readC(text).code.replace(/"(?:[^"\\\n]|\\.)*"/g, (literal) => `"${'~'.repeat(literal.length - 2)}"`);
}

export const lineOf = (text, index) => text.slice(0, index).split('\n').length;

export function matches(text, pattern, what) {
  return [...text.matchAll(pattern)].map((match) => ({ line: lineOf(text, match.index), what: `${what}: ${match[0].trim().slice(0, 80)}` }));
}

export function inStrings(text, pattern, what) {
  return readC(text).strings.filter((one) => pattern.test(one.text)).map((one) => ({ line: one.line, what: `${what}: "${one.text.slice(0, 80)}"` }));
}

// SQL without comments and without the insides of strings.
export function bareSql(text) {
  return text.replace(/--.*$/gm, (comment) => ' '.repeat(comment.length)).replace(/'(?:[^']|'')*'/g, (literal) => literal.replace(/[^\n]/g, "'"));
}
