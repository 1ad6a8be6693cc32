-- Each connection of the service hears of new versions of the directory.
-- role: web
listen directory
