import { closeMenu, openMenu, toast } from "./menus.js";

const STATES = { running: "Bot running", starting: "Bot starting…", stopped: "Bot stopped" };
const MISBEHAVIOURS = [
  ["late", "Answer late", "the next interaction is acknowledged after 4 s"],
  ["forbidden", "403 Missing Permissions", "the bot's next post or edit"],
  ["rate_limited", "429 rate limited", "the bot's next three posts or edits"],
  ["error_after_success", "500 after success", "the next post takes effect, the answer is an error"],
  ["drop_gateway", "Drop the gateway", "the connection is closed; the bot resumes"],
];

/** The bot's state, restart, kill -9, and the menu of things that go wrong. */
export function createBotBar({ ask }) {
  const pill = document.getElementById("bot-state");
  const restart = document.getElementById("bot-restart");
  const kill = document.getElementById("bot-kill");
  const misbehave = document.getElementById("misbehave");
  const more = document.getElementById("bot-menu");
  let world = null;

  function run(what, fields, done) {
    ask(what, fields).then(() => { if (done) toast(done, "notice"); }, (error) => toast(error.message));
  }
  const doRestart = () => run("bot", { what: "restart" }, "The bot was restarted.");
  const doKill = () => run("bot", { what: "kill" }, "The bot was killed. Restart it to go on.");

  function faultItems() {
    const items = ["Next, let Discord misbehave"];
    for (const [what, label, note] of MISBEHAVIOURS) {
      items.push({ label, note, run: () => run("misbehave", { what }, `${label}: armed.`) });
    }
    if (world?.faults) {
      items.push({ label: `Behave again (${world.faults} waiting)`, run: () => run("misbehave", { what: "nothing" }, "Everything works again.") });
    }
    return items;
  }

  restart.addEventListener("click", doRestart);
  kill.addEventListener("click", doKill);
  function toggle(button, items) {
    const box = button.getBoundingClientRect();
    if (button.getAttribute("aria-expanded") === "true") closeMenu();
    openMenu(items, box.right - 280, box.bottom + 6, button);
  }
  misbehave.addEventListener("click", () => toggle(misbehave, faultItems()));
  more.addEventListener("click", () => toggle(more, [
    STATES[world?.bot.state] ?? "Bot",
    { label: "Restart bot", run: doRestart },
    { label: "Kill bot (-9)", danger: true, run: doKill },
    ...faultItems(),
  ]));

  return {
    render(next) {
      world = next;
      pill.textContent = STATES[world.bot.state];
      pill.dataset.state = world.bot.state;
      more.dataset.state = world.bot.state;
      restart.disabled = !world.can_manage_bot || world.bot.state === "starting";
      kill.disabled = !world.can_manage_bot || world.bot.state === "stopped";
      misbehave.classList.toggle("is-armed", world.faults > 0);
    },
  };
}
