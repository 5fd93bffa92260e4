/** What lies in a file beside the page: asked for by a script tag, as that works from any folder, served or not. */

declare global {
  /** Each such file puts what it holds here, under its own path (src/loopscope/course/site.py). */
  var loopscopeBeside: Record<string, unknown> | undefined;
}

const asked = new Map<string, Promise<unknown>>();

/** Load `path`, relative to the page; once, however often it is asked for. Rejects where it is not there. */
export function beside<T>(path: string): Promise<T> {
  let coming = asked.get(path);
  if (!coming) {
    coming = load(path);
    asked.set(path, coming);
    coming.catch(() => asked.delete(path)); // it may be there the next time
  }
  return coming as Promise<T>;
}

function load(path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const missing = () => reject(new Error(`${path} could not be loaded: reload the page.`));
    script.src = path;
    script.onerror = missing;
    script.onload = () => {
      const held = globalThis.loopscopeBeside ?? {};
      if (path in held) resolve(held[path]);
      else missing();
    };
    document.head.append(script);
  });
}
