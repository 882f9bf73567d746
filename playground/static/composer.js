import { node } from "/preview/dom.js";
import { encode } from "./assets.js";
import { createCommandForm, createPicker } from "./commands.js";
import { toast } from "./menus.js";

/** Writing: text, replies, files, and slash commands. */
export function createComposer({ ask, world, commands }) {
  const form = document.getElementById("composer");
  const text = document.getElementById("text");
  const replying = document.getElementById("replying");
  const fileRow = document.getElementById("files");
  const fileInput = document.getElementById("file-input");
  let replyTo = null;
  let files = [];
  let place = "";

  const picker = createPicker({ list: document.getElementById("picker"), onPick: pick });
  const commandForm = createCommandForm({
    root: document.getElementById("command-form"),
    world,
    ask,
    onCancel: leaveCommand,
    onChange: () => {},
  });

  function fit() {
    text.style.height = "auto";
    text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
  }

  function label() {
    text.placeholder = commandForm.command ? "Enter to run, Esc to leave" : `Message ${place}  ·  / for commands`;
    text.readOnly = Boolean(commandForm.command);
  }

  function pick(command) {
    picker.close();
    text.value = "";
    fit();
    commandForm.open(command);
    label();
    if (!command.options.some((option) => option.required)) text.focus();
  }

  function leaveCommand() {
    commandForm.close();
    label();
    text.focus();
  }

  function drawNotes() {
    replying.hidden = !replyTo;
    replying.replaceChildren();
    if (replyTo) {
      const cancel = node("button", "round small", "×");
      cancel.type = "button";
      cancel.setAttribute("aria-label", "Do not reply");
      cancel.addEventListener("click", () => { replyTo = null; drawNotes(); });
      replying.append(node("span", "", `Replying to ${replyTo.author.name}`), cancel);
    }
    fileRow.hidden = !files.length;
    fileRow.replaceChildren(...files.map((file) => {
      const chip = node("span", "file-chip", file.name);
      const remove = node("button", "round small", "×");
      remove.type = "button";
      remove.setAttribute("aria-label", `Remove ${file.name}`);
      remove.addEventListener("click", () => { files = files.filter((item) => item !== file); drawNotes(); });
      chip.append(remove);
      return chip;
    }));
  }

  async function runCommand() {
    const { name } = commandForm.command;
    try {
      await ask("slash", { command: name, options: await commandForm.values() });
      leaveCommand();
    } catch (error) {
      if (commandForm.command) commandForm.fail(error);
      else toast(error.message);
    }
  }

  async function send() {
    const content = text.value.trim();
    if (!content && !files.length) return;
    const fields = { text: content, reply_to: replyTo?.id ?? null, files: await Promise.all(files.map(encode)) };
    try {
      await ask("say", fields);
      text.value = "";
      files = [];
      replyTo = null;
      drawNotes();
      fit();
    } catch (error) {
      toast(error.message);
    }
  }

  function submit() {
    if (commandForm.command) runCommand();
    else send();
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  form.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.target === text && picker.key(event)) { event.preventDefault(); return; }
    if (event.key === "Escape" && commandForm.command) { event.preventDefault(); leaveCommand(); return; }
    if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea, input, select")) {
      event.preventDefault();
      submit();
    }
  });
  text.addEventListener("input", () => {
    fit();
    picker.filter(text.value, commands().slash);
  });
  text.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== text) picker.close(); }, 150));
  document.getElementById("attach").addEventListener("click", () => fileInput.click());
  const add = (list) => { files = [...files, ...list].slice(0, 10); drawNotes(); text.focus(); };
  fileInput.addEventListener("change", () => { add(fileInput.files); fileInput.value = ""; });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer?.files.length) add(event.dataTransfer.files);
  });

  return {
    /** Another channel or person: start empty. */
    reset(name) {
      place = name;
      replyTo = null;
      files = [];
      commandForm.close();
      picker.close();
      drawNotes();
      label();
    },
    reply(message) { replyTo = message; drawNotes(); text.focus(); },
    focus: () => text.focus(),
  };
}
