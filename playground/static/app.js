import { createModal } from "/preview/modal.js";
import { initSelectDrafts } from "/preview/select-drafts.js";
import { optionDefaults, selectedIds } from "/preview/selects.js";
import { encode, forgetFiles, loadAsset } from "./assets.js";
import { createBotBar } from "./botbar.js";
import { createComposer } from "./composer.js";
import { openMenu, toast } from "./menus.js";
import { createSidebar, mark } from "./sidebar.js";
import { connect } from "./socket.js";
import { createTimeline } from "./timeline.js";

const $ = (id) => document.getElementById(id);
const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const locale = navigator.language || "en-US";
const remembered = new URLSearchParams(location.hash.slice(1));
const state = {
  viewer: remembered.get("as"), channel: remembered.get("in"), world: null, commands: { slash: [], menus: [] },
  unread: new Set(), modal: null, dropdown: null, revealed: new Set(), dismissed: new Set(),
};
const spoilerOptions = {
  isSpoilerRevealed: (key) => state.revealed.has(key),
  onRevealSpoiler: (key) => state.revealed.add(key),
};

const { ask } = connect({
  onOpen: () => { $("offline").hidden = true; open(); },
  onAway: () => { $("offline").hidden = false; },
  onPush: (frame) => pushes[frame.type]?.(frame),
});
const tell = (promise) => promise.catch((error) => toast(error.message));

const pushes = {
  world(frame) { state.world = frame; drawAround(); },
  commands(frame) { state.commands = frame; },
  message(frame) {
    if (state.dismissed.has(frame.message.id)) return;
    takeNewDefaults(frame.message);
    timeline.upsert(frame.message);
    observeSelects();
  },
  gone(frame) { timeline.remove(frame.message); },
  activity(frame) { state.unread.add(frame.channel); sidebar.render(state); },
  modal(frame) { showModal(frame); },
  failed(frame) { toast(frame.text); },
};

// ---------------------------------------------------------------- messages

function controls(message) {
  const found = new Map();
  const walk = (value) => {
    if (!value || typeof value !== "object") return;
    if (value.control_key && value.custom_id) found.set(value.control_key, value.custom_id);
    Object.values(value).forEach(walk);
  };
  walk(message.components);
  return found;
}

/** Where a changed message has another select than before, or other defaults, it shows those: not what was chosen in the old one. */
function takeNewDefaults(message) {
  const before = defaults(timeline.get(message.id));
  const { onReconcileDraft: show } = selections.renderOptions();
  for (const [key, now] of defaults(message)) {
    if (before.has(key) && before.get(key).join() !== now.join()) show(key, now.slice(1));
  }
}

/** By control key of each select: its custom id, and then what it has chosen by default. */
function defaults(message) {
  const found = new Map();
  const walk = (value) => {
    if (!value || typeof value !== "object") return;
    if (value.control_key && "min_values" in value) {
      const entities = message.candidates?.[value.control_key];
      const chosen = value.options ? optionDefaults(value.options) : selectedIds(entities);
      found.set(value.control_key, [value.custom_id, ...chosen]);
    }
    Object.values(value).forEach(walk);
  };
  walk(message?.components);
  return found;
}

function messageOf(controlKey) { return timeline.get(controlKey.split(":")[1]); }

const selections = initSelectDrafts({
  rememberFocus: () => {},
  restoreFocus: () => false,
  onRender: () => {
    const key = state.dropdown?.key ?? state.lastDropdown;
    if (key?.startsWith("modal:")) drawModal(true);
    else if (key) timeline.refresh(key.split(":")[1]);
  },
  queueQuery: (key, kind, body) => filterCandidates(body),
  queryPending: () => false,
  dispatch: (kind, body) => {
    const message = messageOf(body.control_key);
    const customId = controls(message).get(body.control_key);
    tell(ask("select", { message: message.id, custom_id: customId, values: body.values }));
  },
  clearModalValidation: () => modal.clearValidation(),
  setFocusKey: () => {},
  changed: ({ dropdown }) => {
    if (dropdown) state.lastDropdown = dropdown.key;
    state.dropdown = dropdown;
  },
});

/** Entity selects: narrow the entries that came with the message or modal. */
function filterCandidates({ control_key: key, query }) {
  const owner = key.startsWith("modal:") ? state.modal : messageOf(key);
  const descriptor = owner?.candidates?.[key];
  if (!descriptor) return;
  descriptor.all ??= descriptor.entries;
  descriptor.query = query;
  descriptor.entries = descriptor.all.filter((entry) => entry.name.toLowerCase().includes(query.toLowerCase()));
  if (key.startsWith("modal:")) drawModal(true);
  else timeline.refresh(key.split(":")[1]);
  selections.fitOpenDropdowns();
}

function observeSelects() {
  selections.observe({ publishedRevision: 0, candidates: {}, activity: [] }, null);
}

function sizes(message) {
  const assets = {};
  for (const [id, [width, height]] of Object.entries(message.sizes ?? {})) {
    assets[id] = { available: true, displayWidth: width, displayHeight: height };
  }
  return assets;
}

const timeline = createTimeline({
  list: $("messages"),
  scroller: $("scroller"),
  onMenu: messageMenu,
  options: (message) => ({
    ...selections.renderOptions(),
    ...spoilerOptions,
    candidates: message.candidates ?? {},
    assets: sizes(message),
    assetMetadata: () => ({}),
    contextId: `${state.viewer}:${state.channel}`,
    viewerId: state.viewer,
    locale,
    timezone,
    mediaTime: null,
    presentationTime: new Date().toISOString(), // what "5 seconds ago" counts from
    reducedMotion: matchMedia("(prefers-reduced-motion: reduce)").matches,
    dropdown: state.dropdown,
    loadAsset,
    channelLayout: true,
    pendingMedia: [],
    onOpen: selections.openDropdown,
    onDraft: selections.updateDraft,
    onCommit: selections.commitDropdown,
    onCancel: selections.cancelDropdown,
    onNavigate: selections.navigateDropdown,
    onClear: selections.clearSelection,
    onClick: (key) => press(message, key),
    onPremiumActivate: (sku) => buy(message, sku),
    onReply: (item) => composer.reply(item),
  }),
});

function press(message, key) {
  const button = document.activeElement;
  button?.classList.add("is-busy");
  const customId = controls(message).get(key);
  tell(ask("press", { message: message.id, custom_id: customId })).finally(() => button?.classList.remove("is-busy"));
}

/** Discord sells by itself: the bot hears of the purchase afterwards. Here it costs nothing. */
function buy(message, sku) {
  tell(ask("buy", { message: message.id, sku }).then(() => toast("Bought (it costs nothing here). Thank you!", "notice")));
}

function messageMenu(message, x, y, from) {
  if (!message) return;
  const items = [];
  if (state.commands.menus.length) items.push("Apps");
  for (const command of state.commands.menus) {
    items.push({ label: command, run: () => tell(ask("menu", { message: message.id, command })) });
  }
  items.push("Message");
  if (message.allowed_actions.includes("reply")) items.push({ label: "Reply", run: () => composer.reply(message) });
  items.push({ label: "Copy text", run: () => navigator.clipboard.writeText(textOf(message)) });
  if (message.allowed_actions.includes("delete_message") && !message.ephemeral) {
    items.push({ label: "Delete", danger: true, run: () => tell(ask("delete", { message: message.id })) });
  }
  if (message.ephemeral) {
    items.push({ label: "Dismiss", note: "only you can see it", run: () => { state.dismissed.add(message.id); timeline.remove(message.id); } });
  }
  openMenu(items, x, y, from);
}

function textOf(message) {
  const parts = [message.content];
  const walk = (value) => {
    if (!value || typeof value !== "object") return;
    if (value.type === 10 && typeof value.content === "string") parts.push(value.content);
    Object.values(value).forEach(walk);
  };
  walk(message.components);
  return parts.filter(Boolean).join("\n");
}

$("older").addEventListener("click", async () => {
  const first = $("messages").querySelector("[data-message-id]")?.dataset.messageId;
  const history = await tell(ask("older", { before: first }));
  if (!history) return;
  timeline.prepend(history.messages);
  $("older").hidden = !history.more;
});

// ------------------------------------------------------------------- modals

const modal = createModal({
  root: $("modal-root"),
  selections,
  loadAsset,
  assetMetadata: () => ({}),
  dispatch: (kind, body) => submitModal(body),
  render: drawModal,
  diagnostic: () => {},
  clearDiagnostic: () => {},
  clearRenderDiagnostics: () => {},
  isolate: (isOpen) => {
    $("scroller").inert = isOpen; $("composer").inert = isOpen;
    if (!isOpen) delete $("modal-root").dataset.ready;
  },
  restoreFocus: () => false,
  fallbackFocus: () => composer.focus(),
  changed: (report) => selections.updateContext({ pendingAction: null, modalHandle: report.modalHandle, pinnedCapture: false }),
});

function drawModal(force = false) {
  const snapshot = {
    context: { id: state.viewer }, modal: state.modal, candidates: state.modal?.candidates ?? {}, assets: {},
  };
  modal.update(snapshot, { profile: { locale, timezone }, dropdown: state.dropdown, focusKey: null, spoilerOptions }, force);
}

function showModal(frame) {
  state.modal = { handle: frame.handle, payload: frame.payload, candidates: frame.candidates };
  const root = $("modal-root");
  delete root.dataset.ready;
  drawModal(true);
  // The modal takes the focus to its first control, the close button, in the next frame; one wants to write at once.
  requestAnimationFrame(() => {
    root.querySelector(".modal-field input, .modal-field textarea")?.focus();
    root.dataset.ready = frame.handle; // from here on the form leaves the focus to whoever fills it in
  });
}

async function submitModal({ modal_handle: handle, values }) {
  const filled = {};
  for (const [key, value] of Object.entries(values)) {
    const isFiles = Array.isArray(value) && value.some((item) => item instanceof File);
    filled[key] = isFiles ? await Promise.all(value.map(encode)) : value;
  }
  try {
    await ask("submit", { handle, values: filled });
    state.modal = null;
    drawModal(true);
  } catch (error) {
    toast(error.message);
  }
}

// ------------------------------------------------------------ place and person

const composer = createComposer({ ask, world: () => state.world, commands: () => state.commands });
const botBar = createBotBar({ ask });
const sidebar = createSidebar({
  channels: $("channels"),
  members: $("members"),
  guildName: $("guild-name"),
  onChannel: (channel) => { state.channel = channel; showSidebar(false); open(); },
  onMember: (member) => { state.viewer = member; open(); },
});

function drawAround() {
  sidebar.render(state);
  botBar.render(state.world);
  const channel = state.world.channels.find((item) => item.id === state.channel);
  if (!channel) { if (state.channel) open(); return; }
  $("channel-mark").textContent = mark(channel);
  $("channel-name").textContent = channel.name;
  $("channel-topic").textContent = channel.topic;
  $("age-tag").hidden = !channel.age_restricted;
  document.title = `${mark(channel)}${channel.name} · ${state.world.guild} playground`;
  const parent = state.world.channels.find((item) => item.id === channel.parent);
  $("beginning").textContent = channel.direct ? `Your direct messages with ${channel.name}.`
    : parent ? `The thread ${channel.name} in #${parent.name}.` : `The beginning of #${channel.name}.`;
}

let opening = 0;
async function open() {
  const turn = ++opening;
  const direct = state.world?.channels.find((item) => item.id === state.channel)?.direct;
  const answer = await tell(ask("open", {
    viewer: state.viewer, channel: direct ? directOf(state.viewer) : state.channel, name: "group-scene",
  }));
  if (!answer || turn !== opening) return;
  const moved = answer.channel !== state.channel || answer.world.viewer !== state.world?.viewer;
  state.viewer = answer.world.viewer;
  state.channel = answer.channel;
  state.world = answer.world;
  state.commands = answer.commands;
  state.unread.delete(answer.channel);
  if (moved) {
    state.modal = null;
    drawModal(true);
    forgetFiles();
  }
  selections.reset();
  timeline.show(answer.messages.filter((message) => !state.dismissed.has(message.id)));
  observeSelects();
  $("older").hidden = !answer.more;
  $("beginning").hidden = answer.more;
  drawAround();
  const channel = state.world.channels.find((item) => item.id === state.channel);
  composer.reset(channel.direct ? `@${channel.name}` : channel.parent ? channel.name : `#${channel.name}`);
  history.replaceState(null, "", `#as=${state.viewer}&in=${state.channel}`);
  document.body.dataset.ready = "true";
}

/** Direct messages belong to a person: another viewer sees their own, under another id. */
function directOf(viewer) {
  return state.world.viewer === viewer ? state.channel : `direct:${viewer}`;
}

/** A link to a message of this server goes to it here, not to discord.com. */
$("messages").addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href^='https://discord.com/channels/']");
  if (!link) return;
  event.preventDefault();
  const [, channel, message] = new URL(link.href).pathname.split("/").slice(2);
  if (channel !== state.channel) {
    state.channel = channel;
    await open();
  }
  if (!timeline.reveal(message)) toast("That message is further up: press “Show older messages”.", "notice");
});

function showSidebar(isShown) {
  $("shell").classList.toggle("sidebar-open", isShown);
  $("scrim").hidden = !isShown;
}
$("open-sidebar").addEventListener("click", () => showSidebar(true));
$("scrim").addEventListener("click", () => showSidebar(false));
window.addEventListener("resize", () => selections.fitOpenDropdowns());
