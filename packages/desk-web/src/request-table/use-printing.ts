import { useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'

let isBegun = false
const paper = matchMedia('print')
const isPrinted = (): boolean => isBegun || paper.matches

function subscribe(listener: () => void): () => void {
  // The printed page is what is rendered when this returns.
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

/** True while the page is printed, with space for every row. */
export const usePrinting = (): boolean => useSyncExternalStore(subscribe, isPrinted)
