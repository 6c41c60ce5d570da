// How smooth the page of API keys, or that of the activity, stays under somebody's hands: how long a press takes until
// the next frame, and how far apart frames are while it scrolls.
//
//     node smooth.mjs TIMES URL COOKIE PATH
//
// Prints one JSON array, first of a desk and then of a phone: milliseconds of each press, by what was pressed, and between
// frames.

import { withPage } from "./chromium.mjs";

const [times, url, cookie, path] = process.argv.slice(2);

/** The phone's processor is that of Lighthouse's mobile profile: four times slower than this machine's. */
const DEVICES = [
  { name: "desk", viewport: { width: 1440, height: 900 }, slower: 1 },
  { name: "phone", viewport: { width: 360, height: 800, isMobile: true, hasTouch: true }, slower: 4 },
];

/** The list of each page: who answers with it, and a row of it. */
const LISTS = {
  "/api-keys": { endpoint: "/api/api_keys/list", row: "main tbody tr" },
  "/activity": { endpoint: "/api/activity/timeline", row: "table.calls tbody tr" },
};

/** What is pressed on each page, one after the other. */
const PRESSES = {
  "/api-keys": {
    "a row is ticked": async (page, time) => press(await visible(page, "tbody input[type=checkbox]", time % 20)),
    "a row's menu is opened": async (page) => press(await visible(page, "tbody button[popovertarget]")),
    "and closed": (page) => page.keyboard.press("Escape"),
    "a dialog is opened": async (page) => {
      await press(await visible(page, "tbody a[href*='revoke=']"));
      await page.waitForSelector("dialog[open]");
    },
    "and closed again": async (page) => {
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog[open]", { hidden: true });
    },
    "a letter is typed into the search": async (page) => {
      await (await visible(page, "main input[type=search], main input[name=q]")).focus();
      await page.keyboard.press("a");
    },
    "the page is turned": (page, time) =>
      read(page, async () => press(await visible(page, `main a[rel=${time % 2 === 0 ? "next" : "prev"}]`))),
  },
  "/activity": {
    "a row is unfolded": async (page, time) => {
      await press(await visible(page, "tbody details.all > summary", time % 20));
      await page.waitForSelector("tbody details.all[open]");
    },
    "and folded again": async (page) => {
      await press(await visible(page, "tbody details.all[open] > summary"));
      await page.waitForSelector("tbody details.all[open]", { hidden: true });
    },
    // By its keys: what a browser without a window draws of the list of choices is nothing to click at.
    "a filter is chosen": (page) => choose(page, "ArrowDown"),
    "and taken back": (page) => choose(page, "ArrowUp"),
    // From the first page, to which a filter leads.
    "the page is turned": (page) => read(page, async () => press(await visible(page, "main a[rel=next]"))),
  },
};

const measured = [];
for (const device of DEVICES) {
  measured.push(await withPage(url, cookie, (page) => measure(page, device)));
}
process.stdout.write(`${JSON.stringify(measured)}\n`);

async function measure(page, { name, viewport, slower }) {
  await page.setViewport(viewport);
  await page.evaluateOnNewDocument(observe);
  await page.goto(new URL(path, url).href, { waitUntil: "networkidle2" });
  await page.emulateCPUThrottling(slower);
  await page.mouse.move(2, 2);
  await page.waitForSelector(`html[data-hydrated='${path}']`);
  const presses = {};
  // The first of each counts too.
  for (let time = 0; time < Number(times); time += 1) {
    for (const [what, act] of Object.entries(PRESSES[path])) {
      await page.evaluate(() => performance.clearPresses());
      await act(page, time).catch((error) => {
        throw new Error(`${path}, ${name}, ${what}: ${error.message}`);
      });
      // What a press changes is painted in a frame after it, and told after that.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))));
      (presses[what] ??= []).push(await page.evaluate(() => performance.longestPress()));
    }
  }
  return { presses: Object.entries(presses), frames: await scroll(page) };
}

/** The first of these that can be seen, or one of those that follow it. */
async function visible(page, selector, further = 0) {
  let left = further;
  for (const one of await page.$$(selector)) {
    if (!(await one.isVisible())) continue;
    if (left === 0) return one;
    left -= 1;
  }
  throw new Error(`${selector} is nowhere in sight`);
}

/** As a mouse does, on the phone too, in the middle of the window: nothing that stays at its edge lies over it. */
async function press(element) {
  await element.evaluate((node) => node.scrollIntoView({ block: "center", behavior: "instant" }));
  await element.click();
}

/** Narrows the activity to the result beside the one that is chosen, in the order in which they are offered. */
async function choose(page, key) {
  await (await visible(page, "main select[name=result]")).focus();
  await read(page, () => page.keyboard.press(key));
}

/** Waits until the list to which `act` leads has come: what is pressed next, is pressed there. */
async function read(page, act) {
  const { endpoint, row } = LISTS[path];
  const before = await page.$(row);
  const answered = page.waitForResponse((response) => response.url().includes(endpoint));
  await act();
  await answered;
  await page.waitForFunction((row) => !row.isConnected, {}, before);
}

/** Down the whole list by a wheel or a finger, and what lies between one frame and the next. */
async function scroll(page) {
  const client = await page.createCDPSession();
  await page.evaluate(() => window.scrollTo({ top: 0, behavior: "instant" }));
  const height = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  await page.evaluate(() => performance.watchFrames());
  const at = { x: 180, y: 400 };
  await client.send("Input.synthesizeScrollGesture", { ...at, yDistance: -height, speed: 1_500 });
  const { frames, reached } = await page.evaluate(() => ({ frames: performance.framesWatched(), reached: scrollY }));
  if (reached < height / 2) throw new Error(`it scrolled no further than ${reached} of ${height} pixels`);
  return frames;
}

/** Runs in the page: takes note of the browser's own times of presses, and of frames. */
function observe() {
  let longest = 0;
  let frames = [];
  const note = (list) => {
    for (const { interactionId, duration } of list) {
      if (interactionId) longest = Math.max(longest, duration);
    }
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  // What takes less than 16 ms, a single frame, is not told.
  observer.observe({ type: "event", durationThreshold: 16 });
  performance.clearPresses = () => {
    observer.takeRecords();
    longest = 0;
  };
  performance.longestPress = () => {
    note(observer.takeRecords());
    return longest || 16;
  };
  performance.watchFrames = () => {
    let last;
    frames = [];
    const watch = (now) => {
      if (last !== undefined) frames.push(now - last);
      last = now;
      requestAnimationFrame(watch);
    };
    requestAnimationFrame(watch);
  };
  performance.framesWatched = () => frames;
}
