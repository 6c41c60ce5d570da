// Makes pictures small enough to keep: 256 colours each, packed as tightly as PNG can. What it changes is far below
// what a comparison calls a difference.
//
//     node support/shrink.mjs references/*.png

import { readFileSync, writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

import bundle from "playwright-core/lib/utilsBundle";

const COLOURS = 256;
/** As far apart, squared, as an eye tells two colours that do not touch: 12 of 255. */
const APART = 12 ** 2;

for (const file of process.argv.slice(2)) {
  const { width, height, data } = bundle.PNG.sync.read(readFileSync(file));
  const colour = (at) => (data[at * 4] << 16) | (data[at * 4 + 1] << 8) | data[at * 4 + 2];
  const counts = new Map();
  for (let at = 0; at < width * height; at += 1) counts.set(colour(at), (counts.get(colour(at)) ?? 0) + 1);
  const commonest = [...counts].sort((a, b) => b[1] - a[1]).map(([one]) => one);
  const palette = [];
  const take = (fits) => {
    for (const one of commonest) if (palette.length < COLOURS && fits(one)) palette.push(one);
  };
  // First what is unlike all others, or a rare colour that says something would become one that says another thing.
  take((one) => palette.every((other) => distance(one, other) >= APART));
  take((one) => !palette.includes(one));
  const nearest = new Map(palette.map((one, index) => [one, index]));
  const find = (one) => {
    if (!nearest.has(one)) {
      const distances = palette.map((other) => distance(one, other));
      nearest.set(one, distances.indexOf(Math.min(...distances)));
    }
    return nearest.get(one);
  };
  // Each line begins with its filter, which is none.
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) lines[y * (width + 1) + 1 + x] = find(colour(y * width + x));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits each, an index into the palette.
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255]));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const packed = deflateSync(lines, { level: 9, memLevel: 9 });
  writeFileSync(
    file,
    Buffer.concat([signature, chunk("IHDR", header), chunk("PLTE", colours), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))]),
  );
}

function distance(one, other) {
  const part = (shift) => ((one >> shift) & 255) - ((other >> shift) & 255);
  return part(16) ** 2 + part(8) ** 2 + part(0) ** 2;
}

function chunk(name, content) {
  const named = Buffer.concat([Buffer.from(name), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(checksum(named));
  return Buffer.concat([length, named, sum]);
}

/** CRC-32, as PNG has it: Node has its own only from 20.15 on. */
function checksum(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
