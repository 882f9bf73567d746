import { node } from "/preview/dom.js";

/** One floating menu and the short notices; both belong to the whole page. */
const menu = document.getElementById("menu");
const toasts = document.getElementById("toasts");
let opener = null;

export function closeMenu() {
  if (menu.hidden) return;
  menu.hidden = true;
  menu.replaceChildren();
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

/** Show `items` (`{label, run, danger, note}`, or a string for a heading) at a point, inside the window. */
export function openMenu(items, x, y, from = document.activeElement) {
  closeMenu();
  opener = from instanceof HTMLElement ? from : null;
  for (const item of items) {
    if (typeof item === "string") {
      menu.append(node("div", "menu-heading", item));
      continue;
    }
    const button = node("button", item.danger ? "menu-item danger" : "menu-item");
    button.type = "button";
    button.setAttribute("role", "menuitem");
    button.append(node("span", "", item.label));
    if (item.note) button.append(node("small", "", item.note));
    button.addEventListener("click", () => { closeMenu(); item.run(); });
    menu.append(button);
  }
  menu.hidden = false;
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
  menu.querySelector("button")?.focus({ preventScroll: true });
}

menu.addEventListener("keydown", (event) => {
  const buttons = [...menu.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  if (event.key === "Escape") closeMenu();
  else if (event.key === "ArrowDown") buttons[(at + 1) % buttons.length]?.focus();
  else if (event.key === "ArrowUp") buttons[(at - 1 + buttons.length) % buttons.length]?.focus();
  else return;
  event.preventDefault();
});
document.addEventListener("pointerdown", (event) => {
  if (!menu.contains(event.target)) closeMenu();
});
window.addEventListener("blur", closeMenu);

/** A notice for a few seconds. */
export function toast(text, kind = "error") {
  const notice = node("div", `toast ${kind}`, text);
  toasts.append(notice);
  setTimeout(() => notice.remove(), 6000);
}
