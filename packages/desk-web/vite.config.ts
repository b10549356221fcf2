import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { catalogPlugin } from './catalogs/compile-catalog.ts'

export default defineConfig({
  plugins: [react(), catalogPlugin()],
  // The desk puts its own in place of this, another for each page it gives out.
  html: { cspNonce: '__NONCE__' },
  build: {
    target: 'es2024',
    // The file name contains a content hash, so that a browser may cache it for a year.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The world map is one file, fetched when the reader opens it: 850 kB, 242 compressed.
    chunkSizeWarningLimit: 900,
  },
})
