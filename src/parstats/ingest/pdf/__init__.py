"""Tables in PDF files, put together over pages."""
