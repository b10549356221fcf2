import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  // The desk puts its own in place of this, another for each page it gives out.
  html: { cspNonce: '__NONCE__' },
  build: {
    target: 'es2024',
    // A file's name says what is in it, so that a browser may keep it for a year.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The map of the world is one file, fetched when somebody opens it: 850 kB, 242 packed.
    chunkSizeWarningLimit: 900,
  },
})
