"""Where things stand on a picture: text, templates, marks, zoom, and the model's word."""
