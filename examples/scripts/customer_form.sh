#!/bin/sh
# A program with a form, as an office has one: what is entered is added to the file "$1".
exec zenity --forms --title="New customer" --text="Customer" \
    --add-entry=Name --add-entry=City --width=420 >> "$1"
