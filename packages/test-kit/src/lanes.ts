const lanesMax = 16

/**
 * How many test files run at a time on servers of their own: as `HOLDFAST_TEST_LANES` has it (`given`), or two, and as many as there are processors up to six. A third on two processors takes a minute and a half
 * less, and its broker, which goes on, is seen in what is measured. Throws where `given` is no whole number from 1 to 16.
 */
export function lanesOf(given: string | undefined, processors: number): number {
  const lanes = Number(given ?? Math.min(6, Math.max(2, processors)))
  if (!(Number.isInteger(lanes) && lanes >= 1 && lanes <= lanesMax))
    throw new Error(`HOLDFAST_TEST_LANES is ${given}; it is a whole number from 1 to ${lanesMax}`)
  return lanes
}
