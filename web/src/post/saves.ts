/** Loads a post anew when its author saves it. Knows nothing of what was changed. */

const AGAIN_MS = 1000; // until a server that was ended may be there again

export function followSaves(): void {
  const shown = document.querySelector<HTMLMetaElement>('meta[name="loopscope-written"]')?.content;
  if (shown) listen(shown);
}

function listen(shown: string): void {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/api/desk/saves`);
  socket.addEventListener("message", (event) => {
    if (event.data !== shown) location.reload();
  });
  socket.addEventListener("close", () => setTimeout(() => listen(shown), AGAIN_MS));
}
