// Writes the page's types from the Python schema, so that none is written twice. Needs loopscope installed ($PYTHON).
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const python = process.env.PYTHON ?? "../.venv/bin/python";
const schema = JSON.parse(execFileSync(python, ["-m", "loopscope.server.page_types"], { encoding: "utf8" }));
const banner = "// Generated from the Python schema by types.mjs; do not edit.";
const types = await compile(schema, "Wire", {
  bannerComment: banner,
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
});
mkdirSync("src/generated", { recursive: true });
writeFileSync("src/generated/wire.ts", types);
