import type { Assignment } from '@holdfast/streams'

/**
 * Partition 0 of a topic in the hands of a worker, as a stage gives it. Where the worker asks to be reopened and the test
 * does not say what then happens, that is a fault.
 */
export const buildAssignment = ({
  partition = 0,
  throwIfLost = () => {},
  reopen = because => {
    throw because
  },
  ...rest
}: Pick<Assignment, 'topic' | 'signal'> & Partial<Assignment>): Assignment => ({ partition, throwIfLost, reopen, ...rest })
