// Writes JSON Schemas of Slack's own TypeScript types, against which the stand-in's payloads are held.
//
//   npm ci && node generate.mjs      (in this folder; Node 20 or newer)
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createGenerator } from "ts-json-schema-generator";

const source = readFileSync("types.ts", "utf8");
const names = [...source.matchAll(/^export type (\w+)/gm)].map((found) => found[1]);

const bare = (value) => {
  if (Array.isArray(value)) return value.map(bare);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === "description" && typeof inner === "string") && key !== "markdownDescription")
      .map(([key, inner]) => [key, bare(inner)]),
  );
};

mkdirSync("generated", { recursive: true });
for (const name of names) {
  const generator = createGenerator({ path: "types.ts", type: name, skipTypeCheck: true, expose: "all", topRef: true });
  writeFileSync(`generated/${name}.json`, `${JSON.stringify(bare(generator.createSchema(name)))}\n`);
}
