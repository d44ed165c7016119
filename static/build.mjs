// Compiles static/ into build/static/, which Django serves. Run it with `npm run build`.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'
import { compile } from 'sass'

const source = dirname(fileURLToPath(import.meta.url))
const root = dirname(source)
const target = join(root, 'build', 'static')

function report(path) {
  const content = readFileSync(path)
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`
  const name = path.slice(root.length + 1)
  console.log(`built ${name}: ${kilobytes(content.length)}, ${kilobytes(gzipSync(content).length)} gzipped`)
}

function styles(name) {
  const { css } = compile(join(source, 'scss', `${name}.scss`), {
    loadPaths: [join(root, 'node_modules')],
    style: 'compressed',
    quietDeps: true
  })
  // The content security policy refuses these, so refuse them here, where somebody is looking.
  const forbidden = css.match(/@font-face|url\(\s*["']?(data:|https?:|\/\/)/)
  if (forbidden) throw new Error(`${name}.css contains ${forbidden[0]}, which the pages may not load`)
  const path = join(target, 'css', `${name}.css`)
  writeFileSync(path, css)
  report(path)
  return `${name}.css`
}

async function script(name) {
  const outfile = join(target, 'js', `${name}.js`)
  await build({
    entryPoints: [join(source, 'js', `${name}.js`)],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2020',
    legalComments: 'none', // licences stand in node_modules; a comment would travel with every page
    logLevel: 'warning'
  })
  report(outfile)
  return `${name}.js`
}

function images() {
  const names = readdirSync(join(source, 'img'))
  for (const name of names) cpSync(join(source, 'img', name), join(target, 'img', name))
  console.log(`copied ${names.length} images to build/static/img`)
  return names
}

// Files are replaced one by one, and left-overs go last: a running server may be reading them meanwhile.
for (const folder of ['css', 'js', 'img']) mkdirSync(join(target, folder), { recursive: true })
const built = {
  css: ['portal', 'admin'].map(styles),
  js: [await script('portal')],
  img: images()
}
for (const [folder, names] of Object.entries(built)) {
  for (const name of readdirSync(join(target, folder))) {
    if (!names.includes(name)) rmSync(join(target, folder, name), { recursive: true })
  }
}
