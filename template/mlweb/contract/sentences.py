"""Why a value can't be taken, in the page's languages. The form carries these sentences, so that both encoders say the same."""

from mlweb.codec.languages import Language

# `sentence` of encode.py and encode.js fills in the {braces}; {label} is the field's.
SENTENCES: dict[str, dict[Language, str]] = {
    "decimal": {"en": ".", "fr": ","},
    "empty": {
        "en": "{label} is empty: fill it in.",
        "fr": "{label} : ce champ est vide, remplissez-le.",
    },
    "number": {
        "en": "{label} needs a number.",
        "fr": "{label} : il faut un nombre.",
    },
    "not_a_number": {
        "en": "{label}: “{text}” is not a number, such as 12.5.",
        "fr": "{label} : « {text} » n’est pas un nombre comme 12,5.",
    },
    "two_readings": {
        "en": "{label}: “{text}” can be read in two ways; write {pointed} or {whole}.",
        "fr": "{label} : « {text} » peut se lire de deux façons ; écrivez {pointed} ou {whole}.",
    },
    "too_large": {
        "en": "{label}: {value} is too large for the model ({dtype}).",
        "fr": "{label} : {value} est trop grand pour le modèle ({dtype}).",
    },
    "min": {
        "en": "{label} must be at least {min}.",
        "fr": "{label} : la valeur doit être d’au moins {min}.",
    },
    "max": {
        "en": "{label} must be at most {max}.",
        "fr": "{label} : la valeur doit être d’au plus {max}.",
    },
    "whole": {
        "en": "{label} needs a whole number.",
        "fr": "{label} : il faut un nombre entier.",
    },
    "range": {
        "en": "{label}: the model takes whole numbers from {low} to {high} here.",
        "fr": "{label} : le modèle attend ici un nombre entier de {low} à {high}.",
    },
    "choice": {
        "en": "{label}: “{text}” is not one of {offered}.",
        "fr": "{label} : « {text} » ne fait pas partie des choix : {offered}.",
    },
    "toggle": {
        "en": "{label} must be true or false.",
        "fr": "{label} doit valoir true (vrai) ou false (faux).",
    },
    "text": {
        "en": "{label} needs text.",
        "fr": "{label} : il faut un texte.",
    },
    "conversation": {
        "en": '{label} needs the turns of a conversation as JSON: [["question", "answer"], …].',
        "fr": '{label} : il faut les échanges d’une conversation en JSON : [["question", "réponse"], …].',
    },
    "nul": {
        "en": "{label} contains a NUL character, which the model can't take.",
        "fr": "{label} contient un caractère NUL, que le modèle n’accepte pas.",
    },
    "picture": {
        "en": "{label} needs an image.",
        "fr": "{label} : il faut une image.",
    },
    "sound": {
        "en": "{label} needs a recording.",
        "fr": "{label} : il faut un enregistrement.",
    },
    "series": {
        "en": "{label} needs a series of numbers.",
        "fr": "{label} : il faut une série de nombres.",
    },
    "series_line": {
        "en": "{label}, line {line}: “{text}” is not a number, such as 12.5.",
        "fr": "{label}, ligne {line} : « {text} » n’est pas un nombre comme 12,5.",
    },
    "series_readings": {
        "en": "{label}, line {line}: “{text}” can be read in two ways; write {pointed} or {whole}.",
        "fr": "{label}, ligne {line} : « {text} » peut se lire de deux façons ; écrivez {pointed} ou {whole}.",
    },
    "series_short": {
        "en": "{label} needs {wanted} numbers, but has {given}.",
        "fr": "{label} : il faut {wanted} nombres, et non {given}.",
    },
    "series_nan": {
        "en": "{label}: number {at} is missing or infinite.",
        "fr": "{label} : le nombre {at} manque ou est infini.",
    },
    "series_too_large": {
        "en": "{label}: number {at}, which is {value}, is too large for the model ({dtype}).",
        "fr": "{label} : le nombre {at}, qui vaut {value}, est trop grand pour le modèle ({dtype}).",
    },
    "series_min": {
        "en": "{label}: number {at}, which is {value}, must be at least {min}.",
        "fr": "{label} : le nombre {at}, qui vaut {value}, doit être d’au moins {min}.",
    },
    "series_max": {
        "en": "{label}: number {at}, which is {value}, must be at most {max}.",
        "fr": "{label} : le nombre {at}, qui vaut {value}, doit être d’au plus {max}.",
    },
    "dtype": {
        "en": "{label}: the model takes {dtype} here.",
        "fr": "{label} : le modèle attend ici des valeurs de type {dtype}.",
    },
    "whole_dtype": {
        "en": "{label}: the model takes whole numbers of type {dtype} here.",
        "fr": "{label} : le modèle attend ici des nombres entiers de type {dtype}.",
    },
    "dims": {
        "en": "{label}: the model takes {wanted} here, not {given}.",
        "fr": "{label} : le modèle attend ici {wanted}, et non {given}.",
    },
    "any": {"en": "any", "fr": "libre"},
    "single": {"en": "a single number", "fr": "un seul nombre"},
}
