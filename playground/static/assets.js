/** Files of messages as blob addresses, and faces for those who have no picture. */
const COLOURS = ["#c2577a", "#5b7fd0", "#3f9c8a", "#b5793c", "#8a66c9", "#4e9a4e", "#c4594b", "#4a8fb5"];
const files = new Map();
const faces = new Map();

export function colourOf(name) {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)) >>> 0;
  return COLOURS[hash % COLOURS.length];
}

/** The first letter of a name on its colour, as a picture. */
export function face(name) {
  if (!faces.has(name)) {
    const letter = [...name.replace(/^Mod /, "")][0] ?? "?";
    const safe = letter.toUpperCase().replace(/[&<>]/g, "");
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80"><rect width="80" height="80" fill="${colourOf(name)}"/><text x="40" y="41" dy=".35em" font-family="sans-serif" font-weight="600" font-size="38" fill="#fff" text-anchor="middle">${safe}</text></svg>`;
    const picture = name === "Darkroom" ? fetch("/page/icon.svg").then((answer) => answer.blob())
      : Promise.resolve(new Blob([svg], { type: "image/svg+xml" }));
    faces.set(name, picture.then((blob) => URL.createObjectURL(blob)));
  }
  return faces.get(name);
}

/** What simcord's renderer asks for: `initial:<name>` or a path on our CDN. */
export function loadAsset(id) {
  if (id.startsWith("initial:")) return face(id.slice("initial:".length));
  if (!files.has(id)) {
    const loading = fetch(`/cdn${id}`).then(async (answer) => {
      if (!answer.ok) throw new Error(`${answer.status} for ${id}`);
      return URL.createObjectURL(await answer.blob());
    });
    loading.catch(() => files.delete(id));
    files.set(id, loading);
  }
  return files.get(id);
}

/** Forget the files of a channel that is no longer shown. */
export function forgetFiles() {
  for (const loading of files.values()) loading.then((url) => URL.revokeObjectURL(url), () => {});
  files.clear();
}

/** A file of the person's as the socket takes it. */
export async function encode(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return { name: file.name, base64: btoa(text) };
}
