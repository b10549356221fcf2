const multiplier = 0x5bd1e995
const seed = 0x9747b28c

/**
 * 32-bit MurmurHash2 with the seed of Kafka's own clients, as a signed number. kafkajs computes it with big integers,
 * which took 5 % of dispatch's time.
 */
export function murmur2(bytes: Buffer): number {
  const whole = bytes.length & ~3
  let hash = seed ^ bytes.length
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), multiplier)
    word = Math.imul(word ^ (word >>> 24), multiplier)
    hash = Math.imul(hash, multiplier) ^ word
  }
  if (whole < bytes.length) {
    for (let at = bytes.length - 1; at >= whole; at -= 1) hash ^= (bytes[at] as number) << (8 * (at - whole))
    hash = Math.imul(hash, multiplier)
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}
