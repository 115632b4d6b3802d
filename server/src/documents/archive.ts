// Office files are zip archives. The libraries that read them unpack whatever there is, so they never see the file
// itself: its XML parts are unpacked here within limits, and handed on in a new archive without compression.
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { ZipFile as ZipWriter } from 'yazl'
import { type ReadingLimits, Unreadable } from './reading.ts'

type ArchiveLimits = Pick<ReadingLimits, 'unpackedBytesMax' | 'entriesMax'>

/**
 * The XML parts of an office file as an archive of our own.
 * @throws Unreadable encrypted, too_large (before anything is unpacked, where the archive says so itself) or damaged
 */
export async function repack(file: Buffer, limits: ArchiveLimits): Promise<Buffer<ArrayBuffer>> {
  if (isEncryptedOffice(file)) throw new Unreadable('encrypted')
  const archive = await yauzl.fromBufferPromise(file)
  const entries = await entriesWithin(archive, limits)
  const writer = new ZipWriter()
  for (const entry of entries.filter(({ fileName }) => /\.(xml|rels)$/i.test(fileName))) {
    writer.addBuffer(await unpack(archive, entry), entry.fileName, { compress: false })
  }
  writer.end()
  return gather(writer.outputStream)
}

async function entriesWithin(archive: ZipFile, limits: ArchiveLimits): Promise<Entry[]> {
  if (archive.entryCount > limits.entriesMax) throw new Unreadable('too_large')
  const entries: Entry[] = []
  let bytes = 0
  for await (const entry of archive.eachEntry()) {
    bytes += entry.uncompressedSize
    if (bytes > limits.unpackedBytesMax) throw new Unreadable('too_large')
    entries.push(entry)
  }
  return entries
}

/** One part. More bytes than its entry says are an error of the stream, so what was summed holds. */
async function unpack(archive: ZipFile, entry: Entry): Promise<Buffer> {
  const part = await gather(await archive.openReadStreamPromise(entry))
  // ECMA-376 part 2 forbids it, and entities that expand or are fetched need it.
  if (part.includes('<!DOCTYPE')) throw new Unreadable('damaged')
  return part
}

/** All of a stream in memory of its own, once: Node's own `buffer` holds it three times over while it gathers. */
async function gather(stream: NodeJS.ReadableStream): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  const whole = Buffer.from(new ArrayBuffer(chunks.reduce((bytes, { length }) => bytes + length, 0)))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** A password makes a compound file of an office file (MS-OFFCRYPTO), with a stream of this name. */
function isEncryptedOffice(file: Buffer): boolean {
  return file.readUInt32BE(0) === 0xd0cf11e0 && file.includes(Buffer.from('EncryptedPackage', 'utf16le'))
}
