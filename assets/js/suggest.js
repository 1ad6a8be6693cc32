// Place suggestions: an editable combobox with a listbox (ARIA 1.2). Without this script the field is a plain text field,
// and what it sends is the same text either way.

const WAIT_MS = 130;        // after the last key before asking
const ANNOUNCE_MS = 600;    // after an answer before speaking, so that typing is not talked over
const SHORTEST = 2;
const KEPT_ANSWERS = 30;

let instances = 0;

/** @param {HTMLElement} box  element with data-suggest="URL" around one text input */
export function suggestPlaces(box) {
  const input = box.querySelector('input');
  const url = box.dataset.suggest;
  const id = `ortsliste-${instances += 1}`;
  const list = document.createElement('ul');
  const status = document.createElement('div');
  const answers = new Map();
  let options = [];
  let active = -1;
  let timer = 0;
  let speaking = 0;
  let request = null;

  list.id = id;
  list.className = 'options';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Vorschläge für den Ort');
  status.className = 'hidden';
  status.setAttribute('role', 'status');
  box.append(list, status);
  for (const [name, value] of Object.entries({
    role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': id,
  })) input.setAttribute(name, value);

  const isOpen = () => !list.hidden;

  function say(text) {
    clearTimeout(speaking);
    speaking = setTimeout(() => { status.textContent = text; }, ANNOUNCE_MS);
  }

  function mark(index) {
    active = index;
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === index)));
    if (index < 0) {
      input.removeAttribute('aria-activedescendant');
    } else {
      input.setAttribute('aria-activedescendant', list.children[index].id);
      const { offsetTop, offsetHeight } = list.children[index];
      if (offsetTop < list.scrollTop) list.scrollTop = offsetTop;
      if (offsetTop + offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = offsetTop + offsetHeight - list.clientHeight;
    }
  }

  function close() {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    mark(-1);
  }

  function open() {
    if (options.length === 0) return;
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  }

  function choose(index) {
    input.value = options[index].value;
    options = [];
    forget();
    close();
    say('');
  }

  function forget() {
    clearTimeout(timer);
    request?.abort();
    request = null;
  }

  function show(found) {
    options = found;
    list.replaceChildren(...found.map((option, i) => {
      const item = document.createElement('li');
      const label = document.createElement('b');
      item.id = `${id}-${i}`;
      item.setAttribute('role', 'option');
      item.setAttribute('aria-selected', 'false');
      label.textContent = option.label;
      item.append(label);
      if (option.detail) {
        const detail = document.createElement('small');
        detail.textContent = option.detail;
        item.append(' ', detail);
      }
      return item;
    }));
    active = -1;
    input.removeAttribute('aria-activedescendant');
    if (found.length > 0) {
      open();
      say(found.length === 1 ? '1 Vorschlag. Mit der Pfeiltaste nach unten wählen.'
        : `${found.length} Vorschläge. Mit den Pfeiltasten wählen.`);
    } else {
      close();
      say('Keine Vorschläge. Sie können trotzdem suchen.');
    }
  }

  async function ask(text) {
    if (answers.has(text)) {
      show(answers.get(text));
      return;
    }
    request = new AbortController();
    try {
      const reply = await fetch(`${url}?ort=${encodeURIComponent(text)}`, {
        signal: request.signal, headers: { accept: 'application/json' },
      });
      if (!reply.ok) return;
      const { suggestions } = await reply.json();
      if (answers.size >= KEPT_ANSWERS) answers.delete(answers.keys().next().value);
      answers.set(text, suggestions);
      if (input.value.trim() === text && document.activeElement === input) show(suggestions);
    } catch {
      // Stale, offline or overloaded: the field stays what it was without suggestions.
    }
  }

  input.addEventListener('input', () => {
    const text = input.value.trim();
    forget();
    if (text.length < SHORTEST) {
      options = [];
      close();
      say('');
      return;
    }
    timer = setTimeout(ask, WAIT_MS, text);
  });

  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const last = options.length - 1;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (last < 0) return;
        if (!isOpen()) open();
        if (event.altKey) break;
        if (event.key === 'ArrowDown') mark(active >= last ? 0 : active + 1);
        else mark(active <= 0 ? last : active - 1);
        break;
      case 'Home':
      case 'End':
        if (!isOpen() || active < 0 || event.shiftKey) return;
        mark(event.key === 'Home' ? 0 : last);
        break;
      case 'Enter':
        if (!isOpen() || active < 0) return;
        choose(active);
        break;
      case 'Tab':
        if (isOpen() && active >= 0) choose(active);
        return;
      case 'Escape':
        if (isOpen()) close();
        else if (input.value !== '') input.value = '';
        else return;
        forget();
        say('');
        break;
      default:
        return;
    }
    event.preventDefault();
  });

  input.addEventListener('blur', () => {
    forget();
    close();
  });
  list.addEventListener('pointerdown', (event) => event.preventDefault());   // keeps the focus in the field
  list.addEventListener('click', (event) => {
    const item = event.target.closest('[role="option"]');
    if (item) choose([...list.children].indexOf(item));
  });
}
