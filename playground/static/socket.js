/** The connection to the stand-in: requests with answers, pushes, and coming back after it was away. */
export function connect({ onPush, onOpen, onAway }) {
  const waiting = new Map();
  let socket = null;
  let next = 1;
  let delay = 250;

  function open() {
    socket = new WebSocket(`ws://${location.host}/page/socket`);
    socket.addEventListener("open", () => { delay = 250; onOpen(); });
    socket.addEventListener("message", (event) => {
      const frame = JSON.parse(event.data);
      if (frame.type !== "reply") return onPush(frame);
      const answer = waiting.get(frame.id);
      waiting.delete(frame.id);
      if (!answer) return undefined;
      if (frame.error === undefined) answer.resolve(frame.data);
      else answer.reject(Object.assign(new Error(frame.error), { option: frame.option }));
      return undefined;
    });
    socket.addEventListener("close", () => {
      for (const answer of waiting.values()) answer.reject(new Error("The playground went away."));
      waiting.clear();
      onAway();
      setTimeout(open, delay);
      delay = Math.min(delay * 2, 4000);
    });
  }

  /** Ask for something; rejects with what was wrong. */
  function ask(what, fields = {}) {
    if (!socket || socket.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Error("The playground does not answer."));
    }
    const id = next++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, do: what, ...fields }));
    });
  }

  open();
  return { ask };
}
