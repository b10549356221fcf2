const lanesMax = 16

/**
 * How many test files run at once on real servers: `HOLDFAST_TEST_LANES` (`given`), else as many as there are processors, but from three to six.
 * Throws where `given` is not a whole number from 1 to 16.
 */
export function lanesOf(given: string | undefined, processors: number): number {
  const lanes = Number(given ?? Math.min(6, Math.max(3, processors)))
  if (!(Number.isInteger(lanes) && lanes >= 1 && lanes <= lanesMax))
    throw new Error(`HOLDFAST_TEST_LANES is ${given}; it is a whole number from 1 to ${lanesMax}`)
  return lanes
}
