import { existsSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

/** The pages that exist; each is a folder with an index.html, reached as `/wall`, `/console`, `/site`. */
const pages = ['wall', 'console', 'site'].filter((page) => existsSync(join(root, page, 'index.html')));

export default defineConfig({
  root,
  // Absolute, so that a page finds its parts with and without the slash at the end of its address.
  base: '/',
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: join(root, '../dist/dashboard'),
    emptyOutDir: true,
    target: 'chrome111',
    // Nothing inline: the pages run under a Content-Security-Policy without `data:` and without inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { input: Object.fromEntries(pages.map((page) => [page, join(root, page, 'index.html')])) },
  },
});
