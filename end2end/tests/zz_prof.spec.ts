import { test, expect, visit } from "../support/test";
import { Session, signedIn } from "../support/session";
import { writeFileSync } from "node:fs";
test("prof", async ({ servers, browser }) => {
  const owner = await Session.of(servers.demo, "OWNER");
  const context = await browser.newContext({ ...(await signedIn(owner)), baseURL: servers.demo.url, viewport: { width: 412, height: 823 } });
  const page = await context.newPage();
  const s = await context.newCDPSession(page);
  await s.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  const events: any[] = [];
  s.on("Tracing.dataCollected", (d: any) => events.push(...d.value));
  await s.send("Tracing.start", { categories: "devtools.timeline,v8.execute,disabled-by-default-v8.cpu_profiler,v8,disabled-by-default-devtools.timeline", transferMode: "ReportEvents" } as any);
  await page.goto("/api-keys");
  await page.waitForTimeout(5000);
  const done = new Promise((r) => s.once("Tracing.tracingComplete", r));
  await s.send("Tracing.end");
  await done;
  writeFileSync("/tmp/trace.json", JSON.stringify({ traceEvents: events }));
});
