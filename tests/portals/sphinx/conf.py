project = "Runbooks"
html_theme = "alabaster"
html_static_path = ["hostile.css"]
html_css_files = ["hostile.css"]
html_js_files = [("https://connlint.example/connlint-element.js", {"type": "module"})]
