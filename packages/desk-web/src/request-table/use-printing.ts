import { useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'

let isBegun = false
const paper = matchMedia('print')
const isPrinted = (): boolean => isBegun || paper.matches

function subscribe(listener: () => void): () => void {
  // What is printed is what stands there when this has returned.
  const begin = (): void => {
    isBegun = true
    flushSync(listener)
  }
  const end = (): void => {
    isBegun = false
    listener()
  }
  addEventListener('beforeprint', begin)
  addEventListener('afterprint', end)
  paper.addEventListener('change', listener)
  return () => {
    removeEventListener('beforeprint', begin)
    removeEventListener('afterprint', end)
    paper.removeEventListener('change', listener)
  }
}

/** True while the page goes to paper, which has room for every row. */
export const usePrinting = (): boolean => useSyncExternalStore(subscribe, isPrinted)
