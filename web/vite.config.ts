// Builds the page into the Python package, from where the server serves it and the wheel carries it.
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/loopscope/server/page",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // the content security policy allows no data: scripts or fonts
    modulePreload: { polyfill: false },
    rollupOptions: { input: ["index.html", "lab.html", "post.html"] },
  },
  test: { environment: "happy-dom", include: ["test/**/*.test.ts"] },
});
