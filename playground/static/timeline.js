import { renderMessage } from "/preview/messages.js";
import { disposeSurface, node } from "/preview/dom.js";

const NEAR_PX = 60;
const SAME_SPEAKER_MS = 7 * 60 * 1000;
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });

function plain(message) {
  return message.type === 0 && message.reply?.state !== "resolved" && !message.interaction_header && !message.ephemeral;
}

function compact(before, message) {
  return Boolean(before) && plain(before) && plain(message)
    && before.author.id === message.author.id && before.author.name === message.author.name
    && new Date(message.timestamp) - new Date(before.timestamp) < SAME_SPEAKER_MS;
}

/** The messages of the open channel, rendered by simcord's Preview, kept at the newest unless one reads above. */
export function createTimeline({ list, scroller, options, onMenu }) {
  const messages = new Map();
  const elements = new Map();
  let pinned = true;

  scroller.addEventListener("scroll", () => {
    pinned = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
  }, { passive: true });
  const stick = () => { if (pinned) scroller.scrollTop = scroller.scrollHeight; };
  const observer = new ResizeObserver(stick);
  observer.observe(list);
  observer.observe(scroller);

  list.addEventListener("contextmenu", (event) => {
    const article = event.target.closest?.(".channel-message");
    if (!article || event.target.closest("a, input, textarea, img")) return;
    event.preventDefault();
    onMenu(messages.get(article.dataset.messageId), event.clientX, event.clientY, article);
  });

  function draw(message, before) {
    let article = elements.get(message.id);
    if (!article) {
      article = node("article", "channel-message");
      article.dataset.messageId = message.id;
      elements.set(message.id, article);
    }
    article.classList.toggle("is-ephemeral", message.ephemeral);
    renderMessage(article, { ...message, compact: compact(before, message) }, options(message));
    // Before it is loaded a picture alone would be as wide as can be, and what is below it would jump at every drawing.
    for (const image of article.querySelectorAll(".gallery-item:only-child .gallery-image[width]")) {
      image.style.width = `${image.getAttribute("width")}px`;
    }
    const bar = article.querySelector(".message-context-actions") ?? node("div", "message-context-actions");
    const more = node("button", "message-action-button", "⋯");
    more.type = "button";
    more.setAttribute("aria-label", "More actions");
    more.addEventListener("click", () => {
      const box = more.getBoundingClientRect();
      onMenu(message, box.left, box.bottom + 4, more);
    });
    bar.append(more);
    article.append(bar);
    return article;
  }

  function sorted() {
    return [...messages.values()].sort((one, two) => (BigInt(one.id) < BigInt(two.id) ? -1 : 1));
  }

  function arrange() {
    const rows = [];
    let previousDay = "";
    for (const message of sorted()) {
      const label = day.format(new Date(message.timestamp));
      if (label !== previousDay) rows.push(node("div", "timeline-day-divider", label));
      previousDay = label;
      rows.push(elements.get(message.id));
    }
    list.replaceChildren(...rows);
  }

  function forget(id) {
    const article = elements.get(id);
    if (!article) return;
    disposeSurface(article);
    article.remove();
    elements.delete(id);
    messages.delete(id);
  }

  function redraw(ids) {
    const rows = sorted();
    const top = scroller.scrollTop;
    rows.forEach((message, index) => {
      if (!ids || ids.has(message.id)) draw(message, rows[index - 1]);
    });
    scroller.scrollTop = top; // a message that was empty for a moment made the page shorter, and moved it
  }

  return {
    get: (id) => messages.get(id),
    /** Replace all that is shown. */
    show(history) {
      for (const id of [...messages.keys()]) forget(id);
      for (const message of history) messages.set(message.id, message);
      redraw();
      arrange();
      pinned = true;
      stick();
    },
    /** Put older messages above, without moving what is read. */
    prepend(history) {
      const height = scroller.scrollHeight;
      for (const message of history) messages.set(message.id, message);
      redraw();
      arrange();
      scroller.scrollTop += scroller.scrollHeight - height;
    },
    /** Show a new or changed message. */
    upsert(message) {
      const isNew = !messages.has(message.id);
      messages.set(message.id, message);
      redraw(new Set([message.id]));
      if (isNew) arrange();
      stick();
    },
    remove(id) {
      forget(id);
      redraw();
      arrange();
    },
    /** Draw one message again, or all (an opened select, a draft). */
    refresh: (id) => redraw(id ? new Set([id]) : null),
    /** Bring a message into view; false where it is not among those shown. */
    reveal(id) {
      const article = elements.get(id);
      if (!article) return false;
      pinned = false;
      article.scrollIntoView({ block: "start" });
      article.classList.add("is-pointed-at");
      article.addEventListener("animationend", () => article.classList.remove("is-pointed-at"), { once: true });
      return true;
    },
    toEnd() {
      pinned = true;
      stick();
    },
    count: () => messages.size,
  };
}
