/** Images made here, and the call that puts one into a document. */
import { crc32, deflateSync } from "node:zlib";
import type { TestServer } from "./server.ts";

/** A whole PNG of one colour, which `shade` makes another image. */
export function png(shade = 0, side = 16): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2], 8);
  const row = [0, ...Array.from({ length: side }, () => [shade, 120, 255 - shade]).flat()];
  const rows = Buffer.from(Array.from({ length: side }, () => row).flat());
  const parts = [
    part("IHDR", head),
    part("IDAT", deflateSync(rows)),
    part("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...parts]);
}

function part(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** An SVG that would run a script wherever one may. */
export const SVG = `<?xml version="1.0"?><!-- drawn --><!DOCTYPE svg>
<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><script>alert(1)</script></svg>`;

/** Puts a file in, as a browser's form would. */
export function upload(
  { url }: Pick<TestServer, "url">,
  id: string,
  token: string,
  content: Buffer | string,
  name = "image.png",
): Promise<Response> {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(Buffer.from(content))]), name);
  const headers = { Authorization: `Bearer ${token}` };
  return fetch(`${url}/api/documents/${id}/attachments`, { method: "POST", headers, body: form });
}
