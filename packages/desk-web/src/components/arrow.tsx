import { useWords } from '../words/index.ts'

/** From one country to the other, the way that lines are read. */
export function Arrow() {
  const { direction } = useWords()
  return <span aria-hidden="true">{direction === 'rtl' ? '←' : '→'}</span>
}
