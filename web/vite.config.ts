import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where the development server finds a running stack; `SWITCHBOARD_URL` names another one. */
const stack = process.env.SWITCHBOARD_URL ?? 'http://localhost:8080'

/** The build of the dashboard. The bundling pass of `infra/bundle.ts` runs it; `npx vite --config web/vite.config.ts` serves the sources. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  publicDir: false,
  cacheDir: fileURLToPath(new URL('../.build/vite', import.meta.url)),
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../.build/pages/manual', import.meta.url)),
    target: ['chrome123', 'firefox124', 'safari17.5'],
    // The policy of the page allows no inline code, and small files cost nothing over one connection.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    // The stack takes its cookie from pages of its own address only, which is what these are for it.
    proxy: {
      '^/(api|media|docs|openapi\\.json|health|ready)(/|$)': {
        target: stack,
        changeOrigin: true,
        headers: { origin: stack },
      },
      '/ws': { target: stack, changeOrigin: true, ws: true },
    },
  },
})
