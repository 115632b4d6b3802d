const headerBytes = 44

/** Reads a WAV file as strict servers do. @throws Error what is wrong with it: PCM of 16 bits, mono, 16 kHz is right */
export function readWav(file: Buffer): { pcm: Buffer; seconds: number } {
  const pcm = file.subarray(headerBytes)
  const found = {
    riff: file.toString('latin1', 0, 4),
    riffBytes: file.readUInt32LE(4),
    wave: file.toString('latin1', 8, 16),
    formatBytes: file.readUInt32LE(16),
    format: file.readUInt16LE(20),
    channels: file.readUInt16LE(22),
    sampleRate: file.readUInt32LE(24),
    bytesPerSecond: file.readUInt32LE(28),
    bytesPerSample: file.readUInt16LE(32),
    bits: file.readUInt16LE(34),
    data: file.toString('latin1', 36, 40),
    dataBytes: file.readUInt32LE(40),
  }
  const right = {
    ...{
      riff: 'RIFF',
      riffBytes: file.length - 8,
      wave: 'WAVEfmt ',
      formatBytes: 16,
      format: 1,
      channels: 1,
    },
    ...{ sampleRate: 16_000, bytesPerSecond: 32_000, bytesPerSample: 2, bits: 16 },
    ...{ data: 'data', dataBytes: pcm.length },
  }
  if (JSON.stringify(found) !== JSON.stringify(right))
    throw new Error(`a WAV file of ${JSON.stringify(found)}`)
  return { pcm, seconds: pcm.length / 32_000 }
}
