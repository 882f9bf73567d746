import { node } from "/preview/dom.js";
import { encode } from "./assets.js";

const TYPE = { string: 3, integer: 4, boolean: 5, user: 6, channel: 7, role: 8, mentionable: 9, number: 10, file: 11 };

/** The list of slash commands over the composer: filtered as one types, chosen by key or pointer. */
export function createPicker({ list, onPick }) {
  let shown = [];
  let at = 0;

  function draw() {
    list.replaceChildren(...shown.map((command, index) => {
      const row = node("button", "picker-row");
      row.type = "button";
      row.id = `picker-${index}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(index === at));
      row.append(node("strong", "", `/${command.name}`));
      for (const option of command.options) {
        row.append(node("span", option.required ? "picker-option required" : "picker-option", option.name));
      }
      row.append(node("small", "", command.description));
      row.addEventListener("pointerdown", (event) => event.preventDefault());
      row.addEventListener("click", () => onPick(command));
      return row;
    }));
    list.hidden = !shown.length;
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  return {
    /** Show what fits the text, or nothing when it is no command. */
    filter(text, commands) {
      const words = text.slice(1).toLowerCase().split(/\s+/).filter(Boolean);
      shown = text.startsWith("/")
        ? commands.filter((command) => words.every((word) => command.name.toLowerCase().includes(word)))
        : [];
      shown.sort((one, two) => Number(two.name.startsWith(words[0] ?? "")) - Number(one.name.startsWith(words[0] ?? "")));
      at = 0;
      draw();
    },
    /** Whether the key was used. */
    key(event) {
      if (list.hidden) return false;
      if (event.key === "ArrowDown") at = (at + 1) % shown.length;
      else if (event.key === "ArrowUp") at = (at - 1 + shown.length) % shown.length;
      else if (event.key === "Tab" || event.key === "Enter") { onPick(shown[at]); return true; }
      else if (event.key === "Escape") shown = [];
      else return false;
      draw();
      return true;
    },
    close() { shown = []; draw(); },
  };
}

/** The fields of one command: required ones first, the others one tap away. */
export function createCommandForm({ root, world, ask, onCancel, onChange }) {
  let command = null;
  let fields = new Map();

  function choices(option) {
    const current = world();
    if (option.choices.length) return option.choices;
    if (option.type === TYPE.boolean) return [{ name: "True", value: true }, { name: "False", value: false }];
    if (option.type === TYPE.user) return current.members.map((item) => ({ name: item.name, value: item.id }));
    if (option.type === TYPE.role) return current.roles.map((item) => ({ name: item.name, value: item.id }));
    if (option.type === TYPE.channel) {
      return current.channels.filter((item) => !item.direct).map((item) => ({ name: `#${item.name}`, value: item.id }));
    }
    if (option.type === TYPE.mentionable) {
      return [...current.members, ...current.roles].map((item) => ({ name: item.name, value: item.id }));
    }
    return null;
  }

  function selectField(option, entries) {
    const input = node("select", "option-input");
    input.append(new Option("—", ""));
    entries.forEach((entry, index) => input.append(new Option(entry.name, String(index))));
    return { input, get: async () => (input.value === "" ? undefined : entries[Number(input.value)].value) };
  }

  function textField(option) {
    const input = node("input", "option-input");
    input.placeholder = option.description;
    if (option.max_length) input.maxLength = option.max_length;
    if (option.type === TYPE.integer || option.type === TYPE.number) input.inputMode = "decimal";
    const field = { input, get: async () => (input.value === "" ? undefined : field.chosen?.name === input.value ? field.chosen.value : input.value) };
    if (option.autocomplete) suggest(option, field);
    return field;
  }

  function suggest(option, field) {
    const box = node("div", "suggestions");
    box.hidden = true;
    field.extra = box;
    let asked = 0;
    const load = async () => {
      const turn = ++asked;
      const filled = await values();
      let found = [];
      try {
        found = await ask("autocomplete", { command: command.name, option: option.name, typed: field.input.value, options: filled });
      } catch { /* no suggestions is an answer too */ }
      if (turn !== asked || document.activeElement !== field.input) return;
      box.replaceChildren(...found.map((choice) => {
        const row = node("button", "suggestion", choice.name);
        row.type = "button";
        row.addEventListener("pointerdown", (event) => event.preventDefault());
        row.addEventListener("click", () => {
          field.input.value = choice.name;
          field.chosen = choice;
          box.hidden = true;
        });
        return row;
      }));
      box.hidden = !found.length;
    };
    field.input.addEventListener("input", load);
    field.input.addEventListener("focus", load);
    field.input.addEventListener("blur", () => { asked += 1; box.hidden = true; });
    field.input.addEventListener("keydown", (event) => {
      const rows = [...box.children];
      if (box.hidden || !rows.length) return;
      const at = rows.findIndex((row) => row.classList.contains("is-active"));
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        const next = rows[(at + (event.key === "ArrowDown" ? 1 : rows.length - (at < 0 ? 0 : 1))) % rows.length];
        rows[at]?.classList.remove("is-active");
        next.classList.add("is-active");
        next.scrollIntoView({ block: "nearest" });
      } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) rows[at].click();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  function fileField() {
    const input = node("input", "option-input");
    input.type = "file";
    return { input, get: async () => (input.files[0] ? encode(input.files[0]) : undefined) };
  }

  function addField(option, into, focus) {
    const entries = choices(option);
    const field = option.type === TYPE.file ? fileField() : entries ? selectField(option, entries) : textField(option);
    const label = node("label", "option-field");
    label.append(node("span", "option-name", option.required ? `${option.name} *` : option.name), field.input);
    field.input.name = option.name;
    field.input.title = option.description;
    const wrap = node("div", "option-wrap");
    wrap.append(label);
    if (field.extra) wrap.append(field.extra);
    into.append(wrap);
    fields.set(option.name, { ...field, wrap, get: field.get });
    if (focus) field.input.focus();
  }

  async function values() {
    const filled = {};
    for (const [name, field] of fields) {
      const value = await field.get();
      if (value !== undefined) filled[name] = value;
    }
    return filled;
  }

  return {
    get command() { return command; },
    open(next) {
      command = next;
      fields = new Map();
      const heading = node("div", "command-heading");
      const cancel = node("button", "round small", "×");
      cancel.type = "button";
      cancel.setAttribute("aria-label", "Cancel the command");
      cancel.addEventListener("click", onCancel);
      heading.append(node("strong", "", `/${next.name}`), node("span", "", next.description), cancel);
      const rows = node("div", "command-fields");
      const optional = node("div", "command-optional");
      for (const option of next.options.filter((item) => item.required)) addField(option, rows, false);
      for (const option of next.options.filter((item) => !item.required)) {
        const add = node("button", "option-add", `+ ${option.name}`);
        add.type = "button";
        add.title = option.description;
        add.addEventListener("click", () => { add.remove(); addField(option, rows, true); onChange(); });
        optional.append(add);
      }
      root.replaceChildren(heading, rows, optional, node("div", "command-error"));
      root.hidden = false;
      rows.querySelector("input, select")?.focus();
    },
    values,
    /** Say what is wrong, at the field when it is about one. */
    fail(error) {
      root.querySelector(".command-error").textContent = error.message;
      for (const [name, field] of fields) field.wrap.classList.toggle("is-wrong", name === error.option);
      fields.get(error.option)?.input.focus();
    },
    close() {
      command = null;
      root.hidden = true;
      root.replaceChildren();
    },
  };
}
