// Another Slack that we did not write: serves the npm package "emulate" until its input ends.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { createEmulator } = await import(pathToFileURL(process.argv[2]).href);
const slack = await createEmulator({
  service: "slack",
  port: 0,
  seed: {
    tokens: { "xoxb-stand-in-bot": { login: "admin", scopes: [] } },
    slack: { users: [{ name: "ada", real_name: "Ada" }], channels: [{ name: "place" }] },
  },
});
console.log(slack.url);
createInterface({ input: process.stdin }).on("close", () => slack.close().then(() => process.exit()));
