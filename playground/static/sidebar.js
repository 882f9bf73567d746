import { node } from "/preview/dom.js";
import { face } from "./assets.js";

const MARKS = { direct: "@", thread: "↳", age: "#", plain: "#" };

/** What stands before a channel's name. */
export function mark(channel) {
  if (channel.direct) return MARKS.direct;
  return channel.parent ? MARKS.thread : MARKS.plain;
}

/** Channels with their threads, direct messages, and who is acting. */
export function createSidebar({ channels, members, guildName, onChannel, onMember }) {
  function channelButton(channel, state) {
    const button = node("button", "channel-button");
    button.type = "button";
    button.dataset.channel = channel.id;
    button.classList.toggle("is-thread", Boolean(channel.parent));
    button.classList.toggle("is-unread", state.unread.has(channel.id));
    if (channel.id === state.channel) button.setAttribute("aria-current", "page");
    button.append(node("span", "channel-button-mark", mark(channel)), node("span", "channel-button-name", channel.name));
    if (channel.age_restricted && !channel.parent) button.append(node("span", "age-tag", "18+"));
    if (channel.private) {
      const lock = node("span", "lock", "🔒");
      lock.title = "Moderators only";
      button.append(lock);
    }
    if (state.unread.has(channel.id)) button.append(node("span", "unread-dot"));
    button.addEventListener("click", () => onChannel(channel.id));
    return button;
  }

  return {
    render(state) {
      const { world } = state;
      guildName.textContent = world.guild;
      const rows = [node("h2", "channels-heading", "Text channels")];
      for (const channel of world.channels.filter((item) => !item.direct)) rows.push(channelButton(channel, state));
      rows.push(node("h2", "channels-heading", "Direct messages"));
      for (const channel of world.channels.filter((item) => item.direct)) rows.push(channelButton(channel, state));
      channels.replaceChildren(...rows);
      members.replaceChildren(...world.members.map((member) => {
        const button = node("button", "member-button");
        button.type = "button";
        button.dataset.member = member.id;
        button.setAttribute("role", "radio");
        button.setAttribute("aria-checked", String(member.id === world.viewer));
        const picture = node("img", "member-face");
        picture.alt = "";
        face(member.name).then((url) => { picture.src = url; });
        button.append(picture, node("span", "member-name", member.name));
        if (member.moderator) button.append(node("span", "moderator-tag", "mod"));
        button.addEventListener("click", () => onMember(member.id));
        return button;
      }));
    },
  };
}
