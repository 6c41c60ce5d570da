// What Lighthouse says of pages, with its mobile profile: on a phone of 2022 that loads by slow 4G.
//
//     node measure.mjs RUNS URL COOKIE|- PATH…
//
// Prints one JSON array: for each path the scores of every run, from 0 to 100, and what failed in the last.

import lighthouse from "lighthouse";

import { withPage } from "./chromium.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
const ATTEMPTS = 5;

const [runs, url, cookie, ...paths] = process.argv.slice(2);

const measured = await withPage(url, cookie, async (page, port) => {
  const measured = [];
  for (const path of paths) {
    const results = [];
    for (let run = 0; run < Number(runs); run += 1) {
      const lhr = await ask(new URL(path, url).href, page, port);
      if (new URL(lhr.finalDisplayedUrl).pathname !== path) throw new Error(`${path} went to ${lhr.finalDisplayedUrl}`);
      results.push(lhr);
    }
    measured.push(summary(path, results));
  }
  return measured;
});
process.stdout.write(`${JSON.stringify(measured)}\n`);

function summary(path, results) {
  const all = (value) => results.map(value);
  const score = (category) => all((lhr) => Math.round(lhr.categories[category].score * 100));
  const milliseconds = (audit) => all((lhr) => Math.round(lhr.audits[audit].numericValue));
  return {
    path,
    performance: score("performance"),
    accessibility: score("accessibility"),
    best_practices: score("best-practices"),
    largest_contentful_paint: milliseconds("largest-contentful-paint"),
    total_blocking_time: milliseconds("total-blocking-time"),
    failed: failed(results.at(-1)),
  };
}

/** What it says of one load. It clears caches and storage before, and leaves cookies. */
async function ask(address, page, port) {
  const options = { port, logLevel: "error", onlyCategories: CATEGORIES };
  for (let attempt = 1; ; attempt += 1) {
    const { lhr } = await lighthouse(address, options, undefined, page);
    if (!lhr.runtimeError) return lhr;
    // The browser sometimes records no beginning of the load, whatever is loaded: it asks to be run again then.
    if (lhr.runtimeError.code !== "NO_NAVSTART" || attempt === ATTEMPTS) {
      throw new Error(`${address}: ${lhr.runtimeError.message}`);
    }
  }
}

/** The audits that cost points in a category that has to be whole. */
function failed({ categories, audits }) {
  const counted = ["accessibility", "best-practices"].flatMap((name) => categories[name].auditRefs);
  const bad = counted.filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 1);
  return bad.map(({ id }) => `${id}: ${JSON.stringify(audits[id].details?.items ?? [])}`);
}
