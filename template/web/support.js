/*
 * Says in words what an old browser lacks, and what broke before main.js could speak. A classic script in the JavaScript
 * of 2009, because it must run where nothing newer does; so its sentences stand here and not in strings.js.
 */
(function () {
  var SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];

  /** @param {string} what @param {string} todo */
  function say(what, todo) {
    document.documentElement.setAttribute('data-state', 'error');
    var status = document.getElementById('status');
    if (!status) {
      document.addEventListener('DOMContentLoaded', function () { say(what, todo); });
      return;
    }
    status.innerHTML = '<div class="alarm"><p><strong></strong></p><p></p></div>';
    status.getElementsByTagName('strong')[0].appendChild(document.createTextNode(what));
    status.getElementsByTagName('p')[1].appendChild(document.createTextNode(todo));
  }

  function runsModuleWorkers() {
    var asked = false;
    var options = { get type() { asked = true; return /** @type {'module'} */ ('module'); } };
    // The options are read before the address, which is none, is refused: so nothing is fetched.
    try { new Worker('https://', options); } catch (_) { /* as meant */ }
    return asked;
  }

  function missing() {
    if (!('noModule' in document.createElement('script'))) return 'JavaScript modules';
    if (typeof WebAssembly !== 'object' || !WebAssembly.validate(new Uint8Array(SIMD))) return 'WebAssembly with SIMD';
    if (typeof Worker !== 'function' || !runsModuleWorkers()) return 'module workers';
    return '';
  }

  var page = /** @type {any} */ (window);
  page.mlwebUnsupported = missing();
  if (page.mlwebUnsupported) {
    say('This browser can\'t run the model: it has no ' + page.mlwebUnsupported + '.',
      'Open the page in a current Chrome, Edge, Firefox or Safari, or update this browser.');
    return;
  }
  if (location.protocol === 'file:') {
    page.mlwebUnsupported = 'a server';
    say('Browsers don\'t run this page straight from a folder.', 'Serve it, with: uv run poe serve');
    return;
  }

  // Only the capturing phase sees a script or style sheet that could not be loaded.
  window.addEventListener('error', function (event) {
    var from = /** @type {any} */ (event.target);
    var address = from && (from.src || from.href);
    if (/^(SCRIPT|LINK)$/.test(from && from.tagName)) {
      say('A part of this page could not be loaded: ' + address + ' or what it needs.',
        'Load the page again. If that does not help, the site was published incompletely: build and publish it again.');
    } else if (!/-extension:/.test(event.filename)) {
      say('Something went wrong on this page: ' + event.message, 'Load the page again.'); // alarm.js, once loaded, says more
    }
  }, true);
})();
