/*
 * Says what an old browser lacks, and what broke before main.js could say it. A classic script in the JavaScript
 * of 2009, because it must run where nothing newer does; so it has sentences of its own.
 */
(function () {
  var SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

  var ENGLISH = {
    lacks: 'This browser can\'t run the model: it has no ',
    newer: 'Open the page in a current Chrome, Edge, Firefox or Safari, or update this browser.',
    modules: 'JavaScript modules', simd: 'WebAssembly with SIMD', workers: 'module workers',
    folder: 'Browsers can\'t run this page straight from a folder.', serve: 'Serve it, with: uv run poe serve',
    lost: 'A part of this page could not be loaded: ', needs: ' or a file that it needs.',
    incomplete: 'Reload the page. If that does not help, the site was published incompletely: build and publish it again.',
    wrong: 'Something went wrong on this page: ', again: 'Reload the page.'
  };
  var FRENCH = {
    lacks: 'Ce navigateur ne peut pas exécuter le modèle : il lui manque ',
    newer: 'Ouvrez la page dans une version récente de Chrome, Edge, Firefox ou Safari, ou mettez ce navigateur à jour.',
    modules: 'les modules JavaScript', simd: 'WebAssembly avec SIMD', workers: 'les workers de type module',
    folder: 'Les navigateurs n’exécutent pas cette page directement depuis un dossier.', serve: 'Servez-la avec : uv run poe serve',
    lost: 'Une partie de cette page n’a pas pu être chargée : ', needs: ' ou un fichier dont elle a besoin.',
    incomplete: 'Rechargez la page. Si cela ne suffit pas, le site a été publié de façon incomplète : construisez-le et publiez-le à nouveau.',
    wrong: 'Une erreur est survenue sur cette page : ', again: 'Rechargez la page.'
  };
  var t = /^fr\b/.test(document.documentElement.lang) ? FRENCH : ENGLISH;

  /** @param {string} what @param {string} todo */
  function say(what, todo) {
    document.documentElement.setAttribute('data-state', 'error');
    var status = document.getElementById('status');
    if (!status) {
      // The page is parsed: earlier than DOMContentLoaded, which waits for the modules.
      document.addEventListener('readystatechange', function () { if (!document.querySelector('#status strong')) say(what, todo); });
      return;
    }
    var alert = document.createElement('div');
    alert.className = 'alert';
    alert.appendChild(document.createElement('p')).appendChild(document.createElement('strong')).appendChild(document.createTextNode(what));
    alert.appendChild(document.createElement('p')).appendChild(document.createTextNode(todo));
    status.textContent = '';
    status.appendChild(alert);
  }

  function runsModuleWorkers() {
    if ('trustedTypes' in window) return true; // which are newer, and would refuse the question
    var asked = false;
    var options = { get type() { asked = true; return /** @type {'module'} */ ('module'); } };
    // The options are read before the invalid address is refused, so nothing is fetched.
    try { new Worker('https://', options); } catch (_) { /* as meant */ }
    return asked;
  }

  function missing() {
    if (!('noModule' in document.createElement('script'))) return t.modules;
    if (typeof WebAssembly !== 'object' || !WebAssembly.validate(new Uint8Array(SIMD))) return t.simd;
    if (typeof Worker !== 'function' || !runsModuleWorkers()) return t.workers;
    return '';
  }

  var page = /** @type {any} */ (window);
  page.mlwebUnsupported = missing();
  if (page.mlwebUnsupported) {
    say(t.lacks + page.mlwebUnsupported + '.', t.newer);
    return;
  }
  if (location.protocol === 'file:' && !document.documentElement.hasAttribute('data-single-file')) {
    page.mlwebUnsupported = 'a server';
    say(t.folder, t.serve);
    return;
  }

  /** @param {string} part that could not be loaded */
  page.mlwebLost = function (part) {
    say(t.lost + part + t.needs, t.incomplete);
  };

  // Only the capturing phase sees a script or style sheet that could not be loaded. What is not from here a host or an extension put into the page.
  var here = document.currentScript ? /** @type {any} */ (document.currentScript).src.replace(/[^/]*$/, '') : '';
  window.addEventListener('error', function (event) {
    var from = /** @type {any} */ (event.target);
    var address = from && (from.src || from.href);
    if (/^(SCRIPT|LINK)$/.test(from && from.tagName)) {
      if (/preload/.test(from.rel) || address.indexOf(here) !== 0) return; // a preload is a hint: who needs it says so
      page.mlwebLost(address);
    } else if (from === window && !/-extension:/.test(event.filename) && !/^ResizeObserver loop/.test(event.message)) {
      say(t.wrong + event.message, t.again); // alerts.js, once loaded, says more
    }
  }, true);
})();
