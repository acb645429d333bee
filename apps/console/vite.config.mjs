import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm run dev` finds the server that answers for the API. */
const SERVER = process.env.CHANCERY_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  // The server puts a nonce of each answer in its place: apps/server/src/console/built-console.ts.
  html: { cspNonce: 'NONCE-OF-THIS-ANSWER' },
  build: {
    target: 'es2023',
    // These know light-dark() themselves. What stands in for it in older ones follows the system, and not who chose dark here.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    // The pages of people without an account are a script of their own: the server finds it by the manifest.
    rolldownOptions: { input: ['index.html', 'src/people/main.ts'] },
    manifest: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': SERVER } },
})
