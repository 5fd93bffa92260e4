// Builds the notebook's figure: one file, as a notebook takes a widget's code as a text and no second file with it.
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    outDir: "../src/loopscope/server/page/widget",
    emptyOutDir: true,
    target: "es2022",
    lib: { entry: "src/scope/widget.ts", formats: ["es"], fileName: () => "scope.js" },
    rollupOptions: { output: { inlineDynamicImports: true } },
  },
});
