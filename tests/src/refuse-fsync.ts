import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

// Loaded into a process before its own code: after SIGUSR2 its disk refuses each fsync.

const { fdatasync } = fs
let isRefused = false
process.on('SIGUSR2', () => {
  isRefused = true
})
fs.fdatasync = Object.assign((handle: number, done: fs.NoParamCallback): void => {
  if (isRefused) setImmediate(done, new Error('EIO: i/o error, fdatasync'))
  else fdatasync(handle, done)
}, fdatasync)
syncBuiltinESMExports()
