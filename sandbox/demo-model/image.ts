// What can be said about an image without decoding it: format, size in bytes, width and height from its header.

export type ImageFacts = { format: string; sizeBytes: number; size?: ImageSize }
type ImageSize = { width: number; height: number }

/** A JPEG's size may follow its embedded thumbnail and colour profile. */
const HEADER_BYTES_MAX = 262_144

/** Reads a base64 `data:` URL; undefined when it is not one. `size` is missing for unknown or broken headers. */
export function readImage(url: string): ImageFacts | undefined {
  const comma = url.indexOf(',')
  const head = url.slice(0, comma)
  if (comma < 0 || comma > 256 || !/^data:.*;base64$/i.test(head)) return undefined
  const base64 = url.slice(comma + 1)
  const header = Buffer.from(base64.slice(0, Math.ceil((HEADER_BYTES_MAX * 4) / 3)), 'base64')
  const sizeBytes = Buffer.byteLength(base64, 'base64')
  const declared = /^data:([^;,]*)/i.exec(head)?.[1] || 'unknown type'
  for (const [format, read] of Object.entries(readers)) {
    const size = read(header)
    if (size) return { format, sizeBytes, size }
  }
  return { format: declared, sizeBytes }
}

const readers: Record<string, (bytes: Buffer) => ImageSize | undefined> = {
  PNG: readPng,
  GIF: readGif,
  WebP: readWebp,
  JPEG: readJpeg,
}

function startsWith(bytes: Buffer, text: string, lengthMin: number): boolean {
  return bytes.length >= lengthMin && bytes.toString('latin1', 0, text.length) === text
}

/** PNG (ISO/IEC 15948) 11.2.2: IHDR comes first. */
function readPng(bytes: Buffer): ImageSize | undefined {
  if (!startsWith(bytes, '\x89PNG\r\n\x1a\n', 24)) return undefined
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

/** GIF89a section 18: logical screen descriptor. */
function readGif(bytes: Buffer): ImageSize | undefined {
  if (!startsWith(bytes, 'GIF8', 10)) return undefined
  return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
}

/** RFC 9649: lossy, lossless and extended files keep the size in three places. */
function readWebp(bytes: Buffer): ImageSize | undefined {
  if (!startsWith(bytes, 'RIFF', 30) || bytes.toString('latin1', 8, 12) !== 'WEBP') return undefined
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
    default:
      return undefined
  }
}

/** ITU-T T.81 B.2.2: the first start-of-frame segment holds the size. */
function readJpeg(bytes: Buffer): ImageSize | undefined {
  if (!startsWith(bytes, '\xff\xd8', 4)) return undefined
  let at = 2
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes.readUInt8(at + 1)
    if (isStartOfFrame(marker))
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}

/** C4, C8 and CC are tables and extensions among the frame markers. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}
