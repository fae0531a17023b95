/** Runs one benchmark: npm run bench -- NAME [options]. Without a name it lists them. */
const BENCHMARKS: Readonly<Record<string, () => Promise<unknown>>> = {
  "fan-out": () => import("./fan-out.ts"),
  "direct-write": () => import("./direct-write.ts"),
  "durable-publish": () => import("./durable-publish.ts"),
  budget: () => import("./budget.ts"),
  latest: () => import("./latest.ts"),
  returning: () => import("./returning.ts"),
  memory: () => import("./memory.ts"),
  "slow-clients": () => import("./slow-clients.ts"),
  replay: () => import("./replay.ts"),
};

const name = process.argv[2];
const run = name === undefined ? undefined : BENCHMARKS[name];
if (run === undefined) {
  console.log(`npm run bench -- NAME, where NAME is one of: ${Object.keys(BENCHMARKS).join(", ")}`);
  process.exitCode = 1;
} else {
  process.argv.splice(2, 1);
  await run();
}
