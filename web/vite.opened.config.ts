// Builds the script of pages that are opened as a file, without any server: one file, and no module.
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [
    {
      name: "no-styles", // pages link the styles that the other build made
      enforce: "post",
      generateBundle(_, files) {
        for (const name of Object.keys(files)) if (name.endsWith(".css")) delete files[name];
      },
    },
  ],
  build: {
    outDir: "../src/loopscope/server/page/opened",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    lib: { entry: "src/opened.ts", formats: ["iife"], name: "loopscope", fileName: () => "page.js" },
    rollupOptions: { output: { inlineDynamicImports: true } },
  },
});
