// Writes slack.json: JSON Schemas of Slack's own TypeScript types, as many as types.ts names.
//
//   npm ci && node generate.mjs      (in this folder; Node 20 or newer)
import { readFileSync, writeFileSync } from "node:fs";
import { DEFAULT_CONFIG, SchemaGenerator, createFormatter, createParser, createProgram } from "ts-json-schema-generator";

const REF = "#/definitions/";
const FOR_PEOPLE = ["description", "deprecated", "$comment"];
/** Large parts of answers that the bot doesn't read; blocks are checked where they are sent. */
const UNREAD = ["agent_session", "assistant_app_thread", "attachments", "blocks", "file", "files"];
UNREAD.push("list_record", "properties", "room", "root");

const options = { ...DEFAULT_CONFIG, path: "types.ts", skipTypeCheck: true, expose: "all" };
const program = createProgram(options);
const generator = new SchemaGenerator(program, createParser(program, options), createFormatter(options), options);

/** A schema without words; `cut` are properties that may be anything. */
const bare = (value, cut, holdsNames = false) => {
  if (Array.isArray(value)) return value.map((part) => bare(part, cut));
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([key]) => holdsNames || !FOR_PEOPLE.includes(key));
  return Object.fromEntries(
    kept.map(([key, part]) => [
      key,
      holdsNames && cut.includes(key) ? {} : bare(part, cut, key === "properties" && !holdsNames),
    ]),
  );
};

/** A copy whose references go where `change` says. */
const refer = (value, change) =>
  JSON.parse(JSON.stringify(value), (key, part) =>
    key === "$ref" ? REF + change(decodeURIComponent(part.slice(REF.length))) : part,
  );

/** All definitions that one needs, itself first. */
const closure = (name, definitions, found = new Map()) => {
  if (!found.has(name)) {
    found.set(name, JSON.stringify(definitions[name]));
    refer(definitions[name], (other) => (closure(other, definitions, found), other));
  }
  return found;
};

const all = {};
const meanings = {};
const source = readFileSync("types.ts", "utf8");
for (const [, root, of] of source.matchAll(/^export type (\w+) =\s*(\w*)/gm)) {
  const definitions = bare(generator.createSchema(root).definitions, of === "api" ? UNREAD : []);
  const names = {};
  for (const name of closure(root, definitions).keys()) {
    const meaning = JSON.stringify([...closure(name, definitions)]);
    names[name] = name;
    while ((meanings[names[name]] ??= meaning) !== meaning) names[name] = `${root}.${names[name]}`;
  }
  for (const name of Object.keys(names)) {
    all[names[name]] = refer(definitions[name], (other) => names[other]);
  }
}
writeFileSync("slack.json", `${JSON.stringify({ definitions: all })}\n`);
