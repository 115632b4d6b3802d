// Whether somebody speaks, by how loud it is against the quietest of late.

// Full scale is 0 dB. Below this nothing is speech, however quiet the room.
const speechDbMin = -50
// How much louder than the room speech is.
const overFloorDb = 9
const floorDbMin = -75
// Between syllables even a talker falls back to the room: the floor sinks at once, and rises 2 dB a second.
const riseDb = 0.06
const sinkShare = 0.5

/** Tells of one frame of sound after the other whether there is speech in it; it learns how loud the room is. */
export function createVoiceActivity(): (frame: Buffer) => boolean {
  let floorDb = speechDbMin - overFloorDb
  return (frame) => {
    const db = Math.max(levelDb(frame), floorDbMin)
    floorDb = db < floorDb ? floorDb + (db - floorDb) * sinkShare : floorDb + riseDb
    return db >= Math.max(speechDbMin, floorDb + overFloorDb)
  }
}

function levelDb(frame: Buffer): number {
  const samples = frame.length / 2
  let sum = 0
  for (let at = 0; at < frame.length; at += 2) sum += frame.readInt16LE(at) ** 2
  return 10 * Math.log10(sum / samples / 32_768 ** 2)
}
