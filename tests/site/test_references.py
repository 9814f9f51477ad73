"""A page needs the files that its own panels and kinds lead to, and no others."""

from mlweb.site.references import needed

INDEX = '<link rel="stylesheet" href="./style.css"><script type="module" src="./main.js"></script>'
WEB = {
    "main.js": "import { t } from './strings.js';\nimport { PANELS } from './panels/index.js';\n/** @typedef {import('./types.js').T} T */\n",
    "strings.js": "export const t = {};\n",
    "types.js": "export {};\n",
    "style.css": "a { background: url('paper.png') }\n",
    "paper.png": "",
    "panels/index.js": "export const PANELS = { card: () => import('./card.js'), batch: () => import('./batch.js') };\n",
    "panels/card.js": "import '../strings.js';\nconst more = () => import('./card-more.js');\nnew URL('card.css', import.meta.url);\n",
    "panels/card-more.js": "libraries.drawing;\n",
    "panels/card.css": "",
    "panels/batch.js": "libraries.table;\n",
    "embedded.js": "import './main.js';\n",
}


def test_only_what_the_page_shows_is_needed():
    web = {name: text.encode() for name, text in WEB.items()}
    names, libraries = needed(web, INDEX, {("panels", "card")})
    assert set(WEB) - set(names) == {"types.js", "panels/batch.js", "embedded.js"}
    assert libraries == {"drawing"}


def test_another_panel_needs_other_files():
    web = {name: text.encode() for name, text in WEB.items()}
    names, libraries = needed(web, INDEX, {("panels", "batch")})
    assert "panels/batch.js" in names and "panels/card.js" not in names and libraries == {"table"}
