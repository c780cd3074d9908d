<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About H3D Studio</source>
        <translation>Über H3D Studio</translation>
    </message>
    <message>
        <source>Choose a row to read its licence</source>
        <translation>Eine Zeile wählen, um ihre Lizenz zu lesen</translation>
    </message>
    <message>
        <source>Few-shot, high-fidelity 3D head reconstruction: from a few photos to a shape in millimetres.</source>
        <translation>3D-Köpfe aus wenigen Fotos in hoher Treue: von ein paar Bildern zu einer Form in Millimetern.</translation>
    </message>
    <message>
        <source>It stands on</source>
        <translation>Es baut auf</translation>
    </message>
    <message>
        <source>Libraries and data</source>
        <translation>Bibliotheken und Daten</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Licence: MIT</source>
        <translation>Lizenz: MIT</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>{0}: {1}. Its text is at its project&apos;s site.</source>
        <translation>{0}: {1}. Der Text steht auf der Seite des Projekts.</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>&amp;About H3D Studio</source>
        <translation>Ü&amp;ber H3D Studio</translation>
    </message>
    <message>
        <source>&amp;Accept suggestion</source>
        <translation>Vorschlag &amp;annehmen</translation>
    </message>
    <message>
        <source>&amp;Axes</source>
        <translation>&amp;Achsen</translation>
    </message>
    <message>
        <source>&amp;Back to the scan</source>
        <translation>&amp;Zurück zum Scan</translation>
    </message>
    <message>
        <source>&amp;Batch</source>
        <translation>&amp;Stapel</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Clear</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Coloured</source>
        <translation>&amp;Farbig</translation>
    </message>
    <message>
        <source>&amp;Commands and shortcuts…</source>
        <translation>&amp;Befehle und Tastenkürzel…</translation>
    </message>
    <message>
        <source>&amp;Compare with this mesh</source>
        <translation>Mit diesem Netz &amp;vergleichen</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Difference as a map</source>
        <translation>&amp;Unterschied als Karte</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Error map</source>
        <translation>F&amp;ehlerkarte</translation>
    </message>
    <message>
        <source>&amp;Evaluate the mesh</source>
        <translation>Netz &amp;auswerten</translation>
    </message>
    <message>
        <source>&amp;Export landmarks…</source>
        <translation>Landmarken e&amp;xportieren…</translation>
    </message>
    <message>
        <source>&amp;Export mesh…</source>
        <translation>Netz &amp;exportieren…</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Finish now</source>
        <translation>Jetzt &amp;beenden</translation>
    </message>
    <message>
        <source>&amp;Ground truth</source>
        <translation>&amp;Referenz</translation>
    </message>
    <message>
        <source>&amp;Head prior</source>
        <translation>&amp;Kopf-Prior</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Import landmarks…</source>
        <translation>Landmarken &amp;importieren…</translation>
    </message>
    <message>
        <source>&amp;Landmarks</source>
        <translation>&amp;Landmarken</translation>
    </message>
    <message>
        <source>&amp;Leave the photo</source>
        <translation>Foto &amp;verlassen</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Lock</source>
        <translation>&amp;Sperren</translation>
    </message>
    <message>
        <source>&amp;Look at it</source>
        <translation>A&amp;nsehen</translation>
    </message>
    <message>
        <source>&amp;Move the mesh back</source>
        <translation>Netz &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;New project</source>
        <translation>&amp;Neues Projekt</translation>
    </message>
    <message>
        <source>&amp;Newest mesh</source>
        <translation>&amp;Neuestes Netz</translation>
    </message>
    <message>
        <source>&amp;Next missing</source>
        <translation>&amp;Nächste fehlende</translation>
    </message>
    <message>
        <source>&amp;Normals</source>
        <translation>&amp;Normalen</translation>
    </message>
    <message>
        <source>&amp;Open scan folder…</source>
        <translation>Scan-&amp;Ordner öffnen…</translation>
    </message>
    <message>
        <source>&amp;Paint a region</source>
        <translation>Bereich &amp;malen</translation>
    </message>
    <message>
        <source>&amp;Panels</source>
        <translation>&amp;Fenster</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>&amp;Place by clicking</source>
        <translation>Durch &amp;Klicken setzen</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>&amp;Abspielen</translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Reconstruct</source>
        <translation>&amp;Rekonstruktion</translation>
    </message>
    <message>
        <source>&amp;Reconstruction</source>
        <translation>Re&amp;konstruktion</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Report…</source>
        <translation>&amp;Bericht…</translation>
    </message>
    <message>
        <source>&amp;Resume last run</source>
        <translation>Letzten Lauf &amp;fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Save project</source>
        <translation>Projekt &amp;speichern</translation>
    </message>
    <message>
        <source>&amp;Shaded</source>
        <translation>&amp;Schattiert</translation>
    </message>
    <message>
        <source>&amp;Skip</source>
        <translation>Über&amp;springen</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>&amp;Start</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Design</translation>
    </message>
    <message>
        <source>&amp;Timeline</source>
        <translation>&amp;Zeitleiste</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Wireframe</source>
        <translation>&amp;Drahtgitter</translation>
    </message>
    <message>
        <source>A click places the landmark, dragging still turns the view</source>
        <translation>Ein Klick setzt die Landmarke, Ziehen dreht weiter die Ansicht</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Accept a&amp;ll</source>
        <translation>A&amp;lle annehmen</translation>
    </message>
    <message>
        <source>Align by &amp;ICP</source>
        <translation>Mit &amp;ICP ausrichten</translation>
    </message>
    <message>
        <source>Align by &amp;landmarks</source>
        <translation>Mit &amp;Landmarken ausrichten</translation>
    </message>
    <message>
        <source>Back from a photo&apos;s camera to a free one</source>
        <translation>Von der Kamera des Fotos zurück zur freien Ansicht</translation>
    </message>
    <message>
        <source>Back to the landmark before this one</source>
        <translation>Zurück zur Landmarke davor</translation>
    </message>
    <message>
        <source>Ca&amp;meras</source>
        <translation>Ka&amp;meras</translation>
    </message>
    <message>
        <source>Change between the reconstruction&apos;s landmarks and the ground truth&apos;s</source>
        <translation>Zwischen den Landmarken der Rekonstruktion und der Referenz wechseln</translation>
    </message>
    <message>
        <source>Close the studio</source>
        <translation>Das Studio schließen</translation>
    </message>
    <message>
        <source>Close what is open and begin anew</source>
        <translation>Schließen, was offen ist, und neu beginnen</translation>
    </message>
    <message>
        <source>Compare &amp;side by side</source>
        <translation>&amp;Nebeneinander vergleichen</translation>
    </message>
    <message>
        <source>Con&amp;fidence</source>
        <translation>&amp;Vertrauen</translation>
    </message>
    <message>
        <source>Cop&amp;y the picture</source>
        <translation>Bild &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy the 3D view to the clipboard, at twice the screen&apos;s resolution</source>
        <translation>Die 3D-Ansicht in doppelter Auflösung des Bildschirms in die Zwischenablage kopieren</translation>
    </message>
    <message>
        <source>Cut through the meshes, and see the contours of both</source>
        <translation>Durch die Netze schneiden und die Konturen beider sehen</translation>
    </message>
    <message>
        <source>Demo scan</source>
        <translation>Demo-Scan</translation>
    </message>
    <message>
        <source>Do again what was undone</source>
        <translation>Erneut tun, was rückgängig gemacht wurde</translation>
    </message>
    <message>
        <source>E&amp;valuate</source>
        <translation>A&amp;uswerten</translation>
    </message>
    <message>
        <source>End now and keep what there is</source>
        <translation>Jetzt beenden und behalten, was da ist</translation>
    </message>
    <message>
        <source>&amp;Stop comparing</source>
        <translation>Vergleich &amp;stoppen</translation>
    </message>
    <message>
        <source>End the registration and keep what it has; stop an evaluation or an export</source>
        <translation>Die Registrierung beenden und behalten, was sie erreicht hat; eine Auswertung oder einen Export stoppen</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Export a &amp;film…</source>
        <translation>&amp;Film exportieren…</translation>
    </message>
    <message>
        <source>Export in &amp;detail…</source>
        <translation>Mit &amp;Einzelheiten exportieren…</translation>
    </message>
    <message>
        <source>Export mesh…</source>
        <translation>Netz exportieren…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Fly to the landmark</source>
        <translation>Zur Landmarke fliegen</translation>
    </message>
    <message>
        <source>Follow the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>From the prior&apos;s heads back to the scan and its reconstruction</source>
        <translation>Von den Köpfen des Priors zurück zum Scan und seiner Rekonstruktion</translation>
    </message>
    <message>
        <source>Go on from the last checkpoint of a run that was stopped</source>
        <translation>Einen gestoppten Lauf vom letzten Sicherungspunkt an fortsetzen</translation>
    </message>
    <message>
        <source>How far the mesh is from the ground truth, in mm, on a scale that stays put</source>
        <translation>Wie weit das Netz von der Referenz entfernt ist, in mm, auf einer festen Skala</translation>
    </message>
    <message>
        <source>How far the mesh on screen is from the one that was kept, in mm</source>
        <translation>Wie weit das Netz auf dem Bildschirm vom gemerkten entfernt ist, in mm</translation>
    </message>
    <message>
        <source>ICP</source>
        <translation>ICP</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren…</translation>
    </message>
    <message>
        <source>Keep the landmark from being moved, or let it go</source>
        <translation>Die Landmarke vor dem Verschieben schützen oder wieder freigeben</translation>
    </message>
    <message>
        <source>Keep the mesh on screen, to compare others of the timeline with it</source>
        <translation>Das Netz auf dem Bildschirm merken, um andere der Zeitleiste damit zu vergleichen</translation>
    </message>
    <message>
        <source>Landmarks</source>
        <translation>Landmarken</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>Verlassen</translation>
    </message>
    <message>
        <source>Look, projects, new reconstructions</source>
        <translation>Aussehen, Projekte, neue Rekonstruktionen</translation>
    </message>
    <message>
        <source>Main toolbar</source>
        <translation>Hauptwerkzeugleiste</translation>
    </message>
    <message>
        <source>Mark a region of the ground truth with brush or lasso, and save it as H3DS does</source>
        <translation>Einen Bereich der Referenz mit Pinsel oder Lasso markieren und wie H3DS speichern</translation>
    </message>
    <message>
        <source>Mark the landmark as one that cannot be placed, or undo that</source>
        <translation>Die Landmarke als nicht setzbar kennzeichnen, oder das zurücknehmen</translation>
    </message>
    <message>
        <source>Mark the o&amp;ther mesh</source>
        <translation>Das &amp;andere Netz markieren</translation>
    </message>
    <message>
        <source>Measure straight distances in mm with two clicks on a surface</source>
        <translation>Gerade Abstände in mm mit zwei Klicks auf eine Fläche messen</translation>
    </message>
    <message>
        <source>Measure the mesh on screen against the ground truth, by both protocols</source>
        <translation>Das Netz auf dem Bildschirm nach beiden Protokollen gegen die Referenz messen</translation>
    </message>
    <message>
        <source>Mesh &amp;after</source>
        <translation>Netz da&amp;nach</translation>
    </message>
    <message>
        <source>Mesh &amp;before</source>
        <translation>Netz da&amp;vor</translation>
    </message>
    <message>
        <source>Move back</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Move the mesh so that its landmarks meet those of the ground truth</source>
        <translation>Das Netz so bewegen, dass seine Landmarken die der Referenz treffen</translation>
    </message>
    <message>
        <source>Not now: {0}</source>
        <translation>Jetzt nicht: {0}</translation>
    </message>
    <message>
        <source>On to the next landmark that is missing</source>
        <translation>Weiter zur nächsten fehlenden Landmarke</translation>
    </message>
    <message>
        <source>Only the edges of the triangles</source>
        <translation>Nur die Kanten der Dreiecke</translation>
    </message>
    <message>
        <source>Open &amp;mesh…</source>
        <translation>&amp;Netz öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;project…</source>
        <translation>&amp;Projekt öffnen…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Open a saved project: scan, ticks, settings, landmarks and result</source>
        <translation>Ein gespeichertes Projekt öffnen: Scan, Auswahl, Einstellungen, Landmarken und Ergebnis</translation>
    </message>
    <message>
        <source>Open a scan, or a dataset of scans</source>
        <translation>Einen Scan oder einen Datensatz von Scans öffnen</translation>
    </message>
    <message>
        <source>Open scan</source>
        <translation>Scan öffnen</translation>
    </message>
    <message>
        <source>Open the &amp;demo scan</source>
        <translation>&amp;Demo-Scan öffnen</translation>
    </message>
    <message>
        <source>Open the folder the last run was written to</source>
        <translation>Den Ordner öffnen, in den der letzte Lauf geschrieben wurde</translation>
    </message>
    <message>
        <source>Open the scan that comes with the program</source>
        <translation>Den Scan öffnen, der dem Programm beiliegt</translation>
    </message>
    <message>
        <source>Paint a region</source>
        <translation>Bereich malen</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Setzen</translation>
    </message>
    <message>
        <source>Place all landmarks where they are suggested</source>
        <translation>Alle Landmarken dort setzen, wo sie vorgeschlagen sind</translation>
    </message>
    <message>
        <source>Place the landmark where it is suggested, and go on</source>
        <translation>Die Landmarke dort setzen, wo sie vorgeschlagen ist, und weitergehen</translation>
    </message>
    <message>
        <source>Pre&amp;vious</source>
        <translation>&amp;Vorige</translation>
    </message>
    <message>
        <source>Put every panel back where it was at first</source>
        <translation>Jedes Fenster dorthin, wo es zuerst war</translation>
    </message>
    <message>
        <source>Put the mesh back where its file has it</source>
        <translation>Das Netz dorthin, wo seine Datei es hat</translation>
    </message>
    <message>
        <source>R&amp;uler</source>
        <translation>&amp;Lineal</translation>
    </message>
    <message>
        <source>Read landmarks of H3DS, 3D Slicer, or a table of coordinates</source>
        <translation>Landmarken von H3DS, 3D Slicer oder aus einer Koordinatentabelle lesen</translation>
    </message>
    <message>
        <source>Reconstruct and score many scans, with several numbers of views and methods</source>
        <translation>Viele Scans mit verschiedenen Ansichtszahlen und Verfahren rekonstruieren und bewerten</translation>
    </message>
    <message>
        <source>Reconstruct the head from the ticked views</source>
        <translation>Den Kopf aus den gewählten Ansichten rekonstruieren</translation>
    </message>
    <message>
        <source>Register the mesh with the ground truth, from where it is</source>
        <translation>Das Netz von dort, wo es ist, auf die Referenz registrieren</translation>
    </message>
    <message>
        <source>Report on this run as a page and a PDF, with every number for other programs</source>
        <translation>Bericht über diesen Lauf als Seite und PDF, mit allen Zahlen für andere Programme</translation>
    </message>
    <message>
        <source>Reset &amp;layout</source>
        <translation>&amp;Anordnung zurücksetzen</translation>
    </message>
    <message>
        <source>Reset &amp;view</source>
        <translation>Ansicht &amp;zurücksetzen</translation>
    </message>
    <message>
        <source>Save a &amp;picture…</source>
        <translation>&amp;Bild speichern…</translation>
    </message>
    <message>
        <source>Save project &amp;as…</source>
        <translation>Projekt speichern &amp;unter…</translation>
    </message>
    <message>
        <source>Save the 3D view as a PNG of twice the screen&apos;s resolution</source>
        <translation>Die 3D-Ansicht als PNG in doppelter Auflösung des Bildschirms speichern</translation>
    </message>
    <message>
        <source>Save the landmarks for H3DS, 3D Slicer, or as a table; suggested ones where none is placed</source>
        <translation>Die Landmarken für H3DS, 3D Slicer oder als Tabelle speichern; vorgeschlagene, wo keine gesetzt ist</translation>
    </message>
    <message>
        <source>Save the mesh in the ground truth&apos;s frame, as a heat map, a region of it, with landmarks and motion</source>
        <translation>Das Netz im Bezug der Referenz speichern, als Fehlerkarte, einen Bereich davon, mit Landmarken und Bewegung</translation>
    </message>
    <message>
        <source>Save the project to another file</source>
        <translation>Das Projekt in eine andere Datei speichern</translation>
    </message>
    <message>
        <source>Save the project to its file</source>
        <translation>Das Projekt in seine Datei speichern</translation>
    </message>
    <message>
        <source>Save the reconstruction as PLY, OBJ, STL or GLB</source>
        <translation>Die Rekonstruktion als PLY, OBJ, STL oder GLB speichern</translation>
    </message>
    <message>
        <source>Save the timeline as GIF, WebP or MP4, seen as the view is now</source>
        <translation>Die Zeitleiste als GIF, WebP oder MP4 speichern, gesehen wie jetzt</translation>
    </message>
    <message>
        <source>Se&amp;ction plane</source>
        <translation>S&amp;chnittebene</translation>
    </message>
    <message>
        <source>Search every command, see its keys, and run it</source>
        <translation>Alle Befehle durchsuchen, ihre Tasten sehen und sie ausführen</translation>
    </message>
    <message>
        <source>See all of it, from the front</source>
        <translation>Alles sehen, von vorn</translation>
    </message>
    <message>
        <source>See the heads that the prior knows, morph between them, or train a prior</source>
        <translation>Die Köpfe sehen, die der Prior kennt, zwischen ihnen überblenden oder einen Prior trainieren</translation>
    </message>
    <message>
        <source>Show a mesh file where the reconstruction is: to mark, align, measure or export it</source>
        <translation>Eine Netzdatei anstelle der Rekonstruktion zeigen: zum Markieren, Ausrichten, Messen oder Exportieren</translation>
    </message>
    <message>
        <source>Show or hide the landmarks, placed and suggested</source>
        <translation>Landmarken zeigen oder verbergen, gesetzte und vorgeschlagene</translation>
    </message>
    <message>
        <source>Show or hide the reconstruction</source>
        <translation>Die Rekonstruktion zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Show or hide the scan&apos;s ground-truth mesh</source>
        <translation>Das Referenznetz des Scans zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Show run &amp;folder</source>
        <translation>&amp;Ordner des Laufs zeigen</translation>
    </message>
    <message>
        <source>Show the meshes of the run one after the other</source>
        <translation>Die Netze des Laufs nacheinander zeigen</translation>
    </message>
    <message>
        <source>Show the orientation of the scan&apos;s axes</source>
        <translation>Die Lage der Achsen des Scans zeigen</translation>
    </message>
    <message>
        <source>Show where the ticked photos were taken</source>
        <translation>Zeigen, wo die gewählten Fotos aufgenommen wurden</translation>
    </message>
    <message>
        <source>Side &amp;by side</source>
        <translation>&amp;Nebeneinander</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop after this step, keeping everything; press again to go on</source>
        <translation>Nach diesem Schritt anhalten und alles behalten; nochmals drücken, um fortzufahren</translation>
    </message>
    <message>
        <source>Stop and write no result</source>
        <translation>Stoppen und kein Ergebnis schreiben</translation>
    </message>
    <message>
        <source>Suggest the other s&amp;ide</source>
        <translation>Andere &amp;Seite vorschlagen</translation>
    </message>
    <message>
        <source>Suggest what is missing on one side of the face from the other side</source>
        <translation>Was auf einer Gesichtsseite fehlt, von der anderen her vorschlagen</translation>
    </message>
    <message>
        <source>Surfaces as clay, to judge their shape</source>
        <translation>Flächen wie Ton, um ihre Form zu beurteilen</translation>
    </message>
    <message>
        <source>Surfaces with their own colours</source>
        <translation>Flächen mit ihren eigenen Farben</translation>
    </message>
    <message>
        <source>Take back what was done last</source>
        <translation>Zurücknehmen, was zuletzt getan wurde</translation>
    </message>
    <message>
        <source>Take the landmark off</source>
        <translation>Die Landmarke entfernen</translation>
    </message>
    <message>
        <source>The ground truth in a picture of its own beside the reconstruction; both turn together</source>
        <translation>Die Referenz in einem eigenen Bild neben der Rekonstruktion; beide drehen gemeinsam</translation>
    </message>
    <message>
        <source>The mesh after the one on screen</source>
        <translation>Das Netz nach dem auf dem Bildschirm</translation>
    </message>
    <message>
        <source>The mesh before the one on screen</source>
        <translation>Das Netz vor dem auf dem Bildschirm</translation>
    </message>
    <message>
        <source>The mesh that was kept in a picture of its own beside the one on screen</source>
        <translation>Das gemerkte Netz in einem eigenen Bild neben dem auf dem Bildschirm</translation>
    </message>
    <message>
        <source>The newest mesh, and those that follow it</source>
        <translation>Das neueste Netz und alle, die ihm folgen</translation>
    </message>
    <message>
        <source>Version and licences</source>
        <translation>Version und Lizenzen</translation>
    </message>
    <message>
        <source>What the photos decided, or tell of, against what is a guess</source>
        <translation>Was die Fotos entschieden haben oder zeigen, gegen das, was geraten ist</translation>
    </message>
    <message>
        <source>Which way the surface faces: x, y and z as red, green and blue</source>
        <translation>Wohin die Fläche zeigt: x, y und z als Rot, Grün und Blau</translation>
    </message>
    <message>
        <source>choose a mesh of the timeline to compare with first (Q)</source>
        <translation>erst ein Netz der Zeitleiste zum Vergleichen wählen (Q)</translation>
    </message>
    <message>
        <source>nothing on screen has been compared with the ground truth yet</source>
        <translation>noch nichts auf dem Bildschirm wurde mit der Referenz verglichen</translation>
    </message>
    <message>
        <source>there is no finished run to report on</source>
        <translation>es gibt keinen fertigen Lauf für einen Bericht</translation>
    </message>
    <message>
        <source>this mesh has none; it comes with the result of a reconstruction</source>
        <translation>dieses Netz hat keine; sie kommt mit dem Ergebnis einer Rekonstruktion</translation>
    </message>
</context>
<context>
    <name>Application</name>
    <message>
        <source>A window before this one hung or crashed; see {0}</source>
        <translation>Ein früheres Fenster hing oder stürzte ab; siehe {0}</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>The demo scan cannot be opened</source>
        <translation>Der Demo-Scan kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>The window stood still for {0:.0f} s; see {1}</source>
        <translation>Das Fenster stand {0:.0f} s still; siehe {1}</translation>
    </message>
</context>
<context>
    <name>BatchController</name>
    <message>
        <source>A batch is running</source>
        <translation>Ein Stapel läuft</translation>
    </message>
    <message>
        <source>Close while the batch is running?</source>
        <translation>Schließen, während der Stapel läuft?</translation>
    </message>
    <message>
        <source>Every cell keeps its checkpoint: started again, the batch goes on where it was.</source>
        <translation>Jede Zelle behält ihren Sicherungspunkt: neu gestartet geht der Stapel weiter, wo er war.</translation>
    </message>
    <message>
        <source>Open the results of a batch</source>
        <translation>Ergebnisse eines Stapels öffnen</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Bleiben</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>Stoppen und schließen</translation>
    </message>
    <message>
        <source>The batch cannot be opened</source>
        <translation>Der Stapel kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>The batch cannot start</source>
        <translation>Der Stapel kann nicht starten</translation>
    </message>
    <message>
        <source>The batch has ended</source>
        <translation>Der Stapel ist beendet</translation>
    </message>
    <message>
        <source>The batch has stopped</source>
        <translation>Der Stapel wurde gestoppt</translation>
    </message>
    <message>
        <source>The batch writes to {0}</source>
        <translation>Der Stapel schreibt nach {0}</translation>
    </message>
    <message>
        <source>{0}: there is no mesh yet</source>
        <translation>{0}: es gibt noch kein Netz</translation>
    </message>
    <message>
        <source>{0}: {1} of {2} cells are done</source>
        <translation>{0}: {1} von {2} Zellen sind fertig</translation>
    </message>
</context>
<context>
    <name>BatchDialog</name>
    <message numerus="yes">
        <source>%n reconstructions</source>
        <translation>
            <numerusform>%n Rekonstruktion</numerusform>
            <numerusform>%n Rekonstruktionen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n scans</source>
        <translation>
            <numerusform>%n Scan</numerusform>
            <numerusform>%n Scans</numerusform>
        </translation>
    </message>
    <message>
        <source>1 reconstruction</source>
        <translation>1 Rekonstruktion</translation>
    </message>
    <message>
        <source>1 scan</source>
        <translation>1 Scan</translation>
    </message>
    <message>
        <source>A new folder</source>
        <translation>Ein neuer Ordner</translation>
    </message>
    <message>
        <source>Choose the dataset&apos;s folder</source>
        <translation>Den Ordner des Datensatzes wählen</translation>
    </message>
    <message>
        <source>Choose the folder for the results</source>
        <translation>Den Ordner für die Ergebnisse wählen</translation>
    </message>
    <message>
        <source>Dataset</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Go on where photos, masks and cameras contradict each other (--trust-cameras)</source>
        <translation>Auch dort weitermachen, wo Fotos, Masken und Kameras einander widersprechen (--trust-cameras)</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>New batch</source>
        <translation>Neuer Stapel</translation>
    </message>
    <message>
        <source>Of every reconstruction</source>
        <translation>Für jede Rekonstruktion</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Scans</source>
        <translation>Scans</translation>
    </message>
    <message>
        <source>Start batch</source>
        <translation>Stapel starten</translation>
    </message>
    <message>
        <source>The folder that holds the scans</source>
        <translation>Der Ordner, der die Scans enthält</translation>
    </message>
    <message>
        <source>Trust the cameras</source>
        <translation>Den Kameras vertrauen</translation>
    </message>
    <message>
        <source>View lists or counts, with commas</source>
        <translation>Ansichtslisten oder Anzahlen, mit Kommas</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>Which methods to compare</source>
        <translation>Welche Verfahren verglichen werden</translation>
    </message>
</context>
<context>
    <name>BatchModel</name>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Scan</source>
        <translation>Scan</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Gestoppt</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>mm, by the published protocol</source>
        <translation>mm, nach dem veröffentlichten Protokoll</translation>
    </message>
</context>
<context>
    <name>BatchPanel</name>
    <message>
        <source>A batch reconstructs and scores many scans with several numbers of views and methods. It can be stopped at any time, and goes on where it was.</source>
        <translation>Ein Stapel rekonstruiert und bewertet viele Scans mit verschiedenen Ansichtszahlen und Verfahren. Er kann jederzeit gestoppt werden und geht weiter, wo er war.</translation>
    </message>
    <message>
        <source>Choose a dataset, scans, views and methods for a new batch</source>
        <translation>Datensatz, Scans, Ansichten und Verfahren für einen neuen Stapel wählen</translation>
    </message>
    <message>
        <source>Do what is left to do; what is done is not done again</source>
        <translation>Tun, was noch zu tun ist; Fertiges wird nicht wiederholt</translation>
    </message>
    <message>
        <source>Every cell keeps its checkpoint; the batch can be gone on with</source>
        <translation>Jede Zelle behält ihren Sicherungspunkt; der Stapel kann fortgesetzt werden</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Looking at what is done</source>
        <translation>Fertiges wird durchgesehen</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Neu…</translation>
    </message>
    <message>
        <source>Not now: {0}</source>
        <translation>Jetzt nicht: {0}</translation>
    </message>
    <message>
        <source>Open the results folder of a batch, to see it or to go on with it</source>
        <translation>Den Ergebnisordner eines Stapels öffnen, um ihn zu sehen oder fortzusetzen</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird gestoppt…</translation>
    </message>
    <message>
        <source>another process is at work on this batch</source>
        <translation>ein anderer Prozess arbeitet an diesem Stapel</translation>
    </message>
    <message>
        <source>every cell is done</source>
        <translation>jede Zelle ist fertig</translation>
    </message>
    <message>
        <source>open the results of a batch first</source>
        <translation>erst die Ergebnisse eines Stapels öffnen</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>noch {0}</translation>
    </message>
    <message>
        <source>{0} of {1} cells</source>
        <translation>{0} von {1} Zellen</translation>
    </message>
</context>
<context>
    <name>CameraPicks</name>
    <message>
        <source>View {0}: double-click to look through</source>
        <translation>Ansicht {0}: Doppelklick, um hindurchzusehen</translation>
    </message>
</context>
<context>
    <name>CommandFinder</name>
    <message>
        <source>Commands and shortcuts</source>
        <translation>Befehle und Tastenkürzel</translation>
    </message>
    <message>
        <source>No command holds these words: try fewer.</source>
        <translation>Kein Befehl enthält diese Wörter: weniger versuchen.</translation>
    </message>
    <message>
        <source>Return runs the chosen command; those in grey make no sense now.</source>
        <translation>Die Eingabetaste führt den gewählten Befehl aus; graue ergeben jetzt keinen Sinn.</translation>
    </message>
    <message>
        <source>Search for a command or a key</source>
        <translation>Nach einem Befehl oder einer Taste suchen</translation>
    </message>
</context>
<context>
    <name>Curves</name>
    <message>
        <source>Curves appear here during a run</source>
        <translation>Während eines Laufs erscheinen hier Kurven</translation>
    </message>
</context>
<context>
    <name>DetailedExport</name>
    <message>
        <source>Export in detail</source>
        <translation>Mit Einzelheiten exportieren</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>&amp;Discard</source>
        <translation>&amp;Verwerfen</translation>
    </message>
    <message>
        <source>&amp;Finish now</source>
        <translation>Jetzt &amp;beenden</translation>
    </message>
    <message>
        <source>&amp;Go on next time</source>
        <translation>Nächstes Mal &amp;weiter</translation>
    </message>
    <message>
        <source>&amp;Stay</source>
        <translation>&amp;Bleiben</translation>
    </message>
    <message>
        <source>&amp;Wait, then close</source>
        <translation>&amp;Warten, dann schließen</translation>
    </message>
    <message>
        <source>&lt;b&gt;Discard&lt;/b&gt; stops it without a result.</source>
        <translation>&lt;b&gt;Verwerfen&lt;/b&gt; hält ohne Ergebnis an.</translation>
    </message>
    <message>
        <source>&lt;b&gt;Finish now&lt;/b&gt; keeps the result as it is. &lt;b&gt;Wait&lt;/b&gt; closes when it is done.</source>
        <translation>&lt;b&gt;Jetzt abschließen&lt;/b&gt; behält das Ergebnis, wie es ist. &lt;b&gt;Warten&lt;/b&gt; schließt, wenn es fertig ist.</translation>
    </message>
    <message>
        <source>&lt;b&gt;Go on next time&lt;/b&gt; stops at the last checkpoint and offers to resume when the studio is opened again.</source>
        <translation>&lt;b&gt;Nächstes Mal weiter&lt;/b&gt; hält am letzten Zwischenstand an und bietet beim nächsten Öffnen an, fortzusetzen.</translation>
    </message>
    <message>
        <source>&lt;b&gt;Go on next time&lt;/b&gt; stops it and offers it again when the studio is opened; it then starts over, as it has written no checkpoint yet.</source>
        <translation>&lt;b&gt;Nächstes Mal weiter&lt;/b&gt; hält an und bietet es beim nächsten Öffnen wieder an; es beginnt dann von vorn, da es noch keinen Zwischenstand geschrieben hat.</translation>
    </message>
    <message>
        <source>&lt;b&gt;What to do:&lt;/b&gt; Finish or cancel it first (F7, F8).</source>
        <translation>&lt;b&gt;Was zu tun ist:&lt;/b&gt; Erst beenden oder abbrechen (F7, F8).</translation>
    </message>
    <message>
        <source>&lt;b&gt;What to do:&lt;/b&gt; {0}</source>
        <translation>&lt;b&gt;Was zu tun ist:&lt;/b&gt; {0}</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close while {0} is running?</source>
        <translation>Schließen, während {0} läuft?</translation>
    </message>
    <message>
        <source>Nothing else can be opened while {0} is running</source>
        <translation>Nichts anderes kann geöffnet werden, während {0} läuft</translation>
    </message>
    <message>
        <source>This is a defect of the program, not of your data. The details below help to mend it.</source>
        <translation>Das ist ein Fehler des Programms, nicht der Daten. Die Einzelheiten unten helfen, ihn zu beheben.</translation>
    </message>
    <message>
        <source>{0} is running</source>
        <translation>{0} läuft</translation>
    </message>
</context>
<context>
    <name>DisplayController</name>
    <message>
        <source>Photo {0} cannot be shown</source>
        <translation>Foto {0} kann nicht gezeigt werden</translation>
    </message>
    <message>
        <source>Reading the ground truth…</source>
        <translation>Referenz wird gelesen…</translation>
    </message>
    <message>
        <source>The ground truth cannot be shown</source>
        <translation>Die Referenz kann nicht gezeigt werden</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Batch</source>
        <translation>Stapel</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Landmarks</source>
        <translation>Marken</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>Prior</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Reconstruct</source>
        <translation>Rekonstruktion</translation>
    </message>
    <message>
        <source>Scan</source>
        <translation>Scan</translation>
    </message>
</context>
<context>
    <name>EvaluatePanel</name>
    <message>
        <source>After rigid ICP</source>
        <translation>Nach starrer ICP</translation>
    </message>
    <message>
        <source>Align</source>
        <translation>Ausrichten</translation>
    </message>
    <message>
        <source>Aligned</source>
        <translation>Ausgerichtet</translation>
    </message>
    <message>
        <source>As given</source>
        <translation>Wie gegeben</translation>
    </message>
    <message>
        <source>As the mesh is</source>
        <translation>Wie das Netz liegt</translation>
    </message>
    <message>
        <source>By landmarks</source>
        <translation>Mit Landmarken</translation>
    </message>
    <message>
        <source>Error map</source>
        <translation>Fehlerkarte</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Anpassen</translation>
    </message>
    <message>
        <source>Ground truth</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>H3DS protocol</source>
        <translation>H3DS-Protokoll</translation>
    </message>
    <message>
        <source>In mm</source>
        <translation>In mm</translation>
    </message>
    <message>
        <source>Let landmarks and ICP resize the mesh; a reconstruction is in mm already</source>
        <translation>Landmarken und ICP dürfen das Netz skalieren; eine Rekonstruktion ist schon in mm</translation>
    </message>
    <message>
        <source>No registration</source>
        <translation>Keine Registrierung</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Auf</translation>
    </message>
    <message>
        <source>Open a scan that has a ground truth (Ctrl+O), then reconstruct it or open a mesh.</source>
        <translation>Einen Scan mit Referenz öffnen (Strg+O), dann rekonstruieren oder ein Netz öffnen.</translation>
    </message>
    <message>
        <source>Reconstruction</source>
        <translation>Rekonstruktion</translation>
    </message>
    <message>
        <source>Registration, mm</source>
        <translation>Registrierung, mm</translation>
    </message>
    <message>
        <source>Resize too</source>
        <translation>Auch skalieren</translation>
    </message>
    <message>
        <source>Runs of this scan</source>
        <translation>Läufe dieses Scans</translation>
    </message>
    <message>
        <source>Show the error map</source>
        <translation>Fehlerkarte zeigen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Start</translation>
    </message>
    <message>
        <source>Strict, as given</source>
        <translation>Streng, wie gegeben</translation>
    </message>
    <message>
        <source>Under which alignment the error map and the histogram are</source>
        <translation>Unter welcher Ausrichtung Fehlerkarte und Histogramm sind</translation>
    </message>
    <message>
        <source>What the ICP fits</source>
        <translation>Was die ICP anpasst</translation>
    </message>
    <message>
        <source>What the registrations of both protocols start from</source>
        <translation>Wovon die Registrierungen beider Protokolle ausgehen</translation>
    </message>
    <message>
        <source>Which figures of the runs are compared; published are those of the H3DS protocol</source>
        <translation>Welche Zahlen der Läufe verglichen werden; veröffentlicht sind die des H3DS-Protokolls</translation>
    </message>
    <message>
        <source>Which surface the error map and the histogram are of</source>
        <translation>Von welcher Fläche Fehlerkarte und Histogramm sind</translation>
    </message>
    <message>
        <source>Whole head</source>
        <translation>Ganzer Kopf</translation>
    </message>
</context>
<context>
    <name>EvaluationController</name>
    <message>
        <source>, resized by {0:.4f}</source>
        <translation>, skaliert um {0:.4f}</translation>
    </message>
    <message>
        <source>. Not registered: {0:.1f} mm left. Align by landmarks first, or check that this is the head of the ground truth, in mm</source>
        <translation>. Nicht registriert: {0:.1f} mm bleiben. Erst an Landmarken ausrichten, oder prüfen, ob dies der Kopf der Referenz in mm ist</translation>
    </message>
    <message>
        <source>Evaluate measures the mesh on screen by both protocols.</source>
        <translation>Auswerten misst das Netz auf dem Bildschirm nach beiden Protokollen.</translation>
    </message>
    <message>
        <source>Evaluated: {0}</source>
        <translation>Ausgewertet: {0}</translation>
    </message>
    <message>
        <source>Exported {0}</source>
        <translation>{0} exportiert</translation>
    </message>
    <message>
        <source>ICP {0} after {1} steps, RMS {2:.3f} mm</source>
        <translation>ICP {0} nach {1} Schritten, RMS {2:.3f} mm</translation>
    </message>
    <message>
        <source>Landmarks: {0} points, RMS {1:.2f} mm</source>
        <translation>Landmarken: {0} Punkte, RMS {1:.2f} mm</translation>
    </message>
    <message>
        <source>Place them in the Landmarks panel; the scan&apos;s own count for the ground truth</source>
        <translation>Im Fenster Marken setzen; für die Referenz zählen die des Scans</translation>
    </message>
    <message>
        <source>Registering…</source>
        <translation>Registrierung…</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>{0} gespeichert</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Wird gestartet…</translation>
    </message>
    <message>
        <source>Step {0}, RMS {1:.3f} mm</source>
        <translation>Schritt {0}, RMS {1:.3f} mm</translation>
    </message>
    <message>
        <source>The evaluation was stopped</source>
        <translation>Die Auswertung wurde gestoppt</translation>
    </message>
    <message>
        <source>The mesh could not be compared</source>
        <translation>Das Netz konnte nicht verglichen werden</translation>
    </message>
    <message>
        <source>The mesh is moved from where its file has it.</source>
        <translation>Das Netz ist nicht mehr dort, wo seine Datei es hat.</translation>
    </message>
    <message>
        <source>The mesh was not aligned</source>
        <translation>Das Netz wurde nicht ausgerichtet</translation>
    </message>
    <message>
        <source>There is no mesh yet: reconstruct the scan (F5), or open a mesh (Ctrl+M).</source>
        <translation>Es gibt noch kein Netz: den Scan rekonstruieren (F5) oder ein Netz öffnen (Strg+M).</translation>
    </message>
    <message>
        <source>This scan has no ground truth to compare with.</source>
        <translation>Dieser Scan hat keine Referenz zum Vergleichen.</translation>
    </message>
    <message>
        <source>align by ICP</source>
        <translation>mit ICP ausrichten</translation>
    </message>
    <message>
        <source>align by ICP (not registered)</source>
        <translation>mit ICP ausrichten (nicht registriert)</translation>
    </message>
    <message>
        <source>align by landmarks</source>
        <translation>mit Landmarken ausrichten</translation>
    </message>
    <message>
        <source>converged</source>
        <translation>konvergiert</translation>
    </message>
    <message>
        <source>fewer than {0} landmarks are placed on both reconstruction and ground truth</source>
        <translation>weniger als {0} Landmarken sind auf Rekonstruktion und Referenz gesetzt</translation>
    </message>
    <message>
        <source>not converged</source>
        <translation>nicht konvergiert</translation>
    </message>
    <message>
        <source>nothing is being compared or exported</source>
        <translation>es wird nichts verglichen oder exportiert</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>gestoppt</translation>
    </message>
    <message>
        <source>the mesh is where its file has it</source>
        <translation>das Netz ist dort, wo seine Datei es hat</translation>
    </message>
    <message>
        <source>the scan has no ground truth</source>
        <translation>der Scan hat keine Referenz</translation>
    </message>
    <message>
        <source>there is no mesh yet</source>
        <translation>es gibt noch kein Netz</translation>
    </message>
    <message>
        <source>wait for what is being done</source>
        <translation>warten, bis das Laufende fertig ist</translation>
    </message>
</context>
<context>
    <name>ExportController</name>
    <message>
        <source>Export mesh</source>
        <translation>Netz exportieren</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source> steps</source>
        <translation> Schritte</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>As it is on screen</source>
        <translation>Wie auf dem Bildschirm</translation>
    </message>
    <message>
        <source>Beside it</source>
        <translation>Dazu</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>Datei wählen…</translation>
    </message>
    <message>
        <source>Clean</source>
        <translation>Bereinigen</translation>
    </message>
    <message>
        <source>Close all holes</source>
        <translation>Alle Löcher schließen</translation>
    </message>
    <message>
        <source>Colour each vertex; in a PLY the distance in mm is also the vertex&apos;s quality</source>
        <translation>Jeden Punkt färben; in einer PLY ist der Abstand in mm auch die Qualität des Punktes</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Cut the mesh to a region of the ground truth</source>
        <translation>Das Netz auf einen Bereich der Referenz zuschneiden</translation>
    </message>
    <message>
        <source>Distance to the ground truth, up to</source>
        <translation>Abstand zur Referenz, bis</translation>
    </message>
    <message>
        <source>Export in detail</source>
        <translation>Mit Einzelheiten exportieren</translation>
    </message>
    <message>
        <source>Face: 95 mm around the nose tip</source>
        <translation>Gesicht: 95 mm um die Nasenspitze</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Dreiecke</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>Bezug</translation>
    </message>
    <message>
        <source>Frame, part and colours need a scan with a ground truth.</source>
        <translation>Bezug, Teil und Farben brauchen einen Scan mit Referenz.</translation>
    </message>
    <message>
        <source>From where the mesh&apos;s file has it to what is written</source>
        <translation>Von dort, wo die Datei das Netz hat, zu dem, was geschrieben wird</translation>
    </message>
    <message>
        <source>GLB is in metres with y up, as its standard asks; the others in mm</source>
        <translation>GLB ist in Metern mit y nach oben, wie sein Standard es verlangt; die anderen in mm</translation>
    </message>
    <message>
        <source>Ground truth&apos;s, by rigid ICP</source>
        <translation>Der der Referenz, durch starre ICP</translation>
    </message>
    <message>
        <source>Landmarks, as H3DS text and CSV ({0} placed)</source>
        <translation>Landmarken, als H3DS-Text und CSV ({0} gesetzt)</translation>
    </message>
    <message>
        <source>Mend slivers, self-intersections and small handles; what is right stays where it is</source>
        <translation>Splitter, Selbstdurchdringungen und kleine Henkel beheben; was stimmt, bleibt, wo es ist</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Reduce to about so many faces; 0 keeps all</source>
        <translation>Auf etwa so viele Dreiecke verringern; 0 behält alle</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>Steps of smoothing that keeps the volume; 0 for none</source>
        <translation>Schritte einer Glättung, die das Volumen erhält; 0 für keine</translation>
    </message>
    <message>
        <source>Surface</source>
        <translation>Oberfläche</translation>
    </message>
    <message>
        <source>The motion, as a 4×4 matrix</source>
        <translation>Die Bewegung, als 4×4-Matrix</translation>
    </message>
    <message>
        <source>Watertight, for printing</source>
        <translation>Wasserdicht, zum Drucken</translation>
    </message>
    <message>
        <source>What is farther has a colour of its own</source>
        <translation>Was weiter weg ist, hat eine eigene Farbe</translation>
    </message>
    <message>
        <source>Where the mesh is moved to before it is written</source>
        <translation>Wohin das Netz vor dem Schreiben bewegt wird</translation>
    </message>
</context>
<context>
    <name>Exporting</name>
    <message>
        <source>The export was stopped</source>
        <translation>Der Export wurde gestoppt</translation>
    </message>
    <message>
        <source>The mesh was not exported</source>
        <translation>Das Netz wurde nicht exportiert</translation>
    </message>
    <message>
        <source>Writing {0}…</source>
        <translation>{0} wird geschrieben…</translation>
    </message>
</context>
<context>
    <name>FilmController</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Export a film</source>
        <translation>Film exportieren</translation>
    </message>
    <message>
        <source>The film was not written</source>
        <translation>Der Film wurde nicht geschrieben</translation>
    </message>
    <message>
        <source>Write a {0}</source>
        <translation>Als {0} schreiben</translation>
    </message>
</context>
<context>
    <name>HeadsPage</name>
    <message>
        <source>A head as likely as any other, all components drawn</source>
        <translation>Ein Kopf, so wahrscheinlich wie jeder andere, alle Komponenten gezogen</translation>
    </message>
    <message>
        <source>All sliders back to the middle</source>
        <translation>Alle Regler zurück in die Mitte</translation>
    </message>
    <message>
        <source>Between head A and head B</source>
        <translation>Zwischen Kopf A und Kopf B</translation>
    </message>
    <message>
        <source>Component {0}</source>
        <translation>Komponente {0}</translation>
    </message>
    <message>
        <source>Component {0}, in standard deviations of the population</source>
        <translation>Komponente {0}, in Standardabweichungen der Population</translation>
    </message>
    <message>
        <source>Fitted head of a run…</source>
        <translation>Angepasster Kopf eines Laufs…</translation>
    </message>
    <message>
        <source>From head A on the left to head B on the right</source>
        <translation>Von Kopf A links zu Kopf B rechts</translation>
    </message>
    <message>
        <source>Head on the sliders</source>
        <translation>Kopf der Regler</translation>
    </message>
    <message>
        <source>Head {0}</source>
        <translation>Kopf {0}</translation>
    </message>
    <message>
        <source>Mean head</source>
        <translation>Mittlerer Kopf</translation>
    </message>
    <message>
        <source>Morph from A to B</source>
        <translation>Von A nach B überblenden</translation>
    </message>
    <message>
        <source>Random head</source>
        <translation>Zufälliger Kopf</translation>
    </message>
    <message>
        <source>Shape, in standard deviations</source>
        <translation>Form, in Standardabweichungen</translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>Histogram of the distances</source>
        <translation>Histogramm der Abstände</translation>
    </message>
</context>
<context>
    <name>Hover</name>
    <message>
        <source>step {0:g}</source>
        <translation>Schritt {0:g}</translation>
    </message>
</context>
<context>
    <name>LandmarkController</name>
    <message>
        <source>All landmarks of the list are placed or skipped</source>
        <translation>Alle Landmarken der Liste sind gesetzt oder übersprungen</translation>
    </message>
    <message>
        <source>Next: {0}</source>
        <translation>Nächste: {0}</translation>
    </message>
    <message>
        <source>Place a landmark whose partner on the other side is missing</source>
        <translation>Eine Landmarke setzen, deren Gegenstück auf der anderen Seite fehlt</translation>
    </message>
    <message>
        <source>There is nothing to look at yet</source>
        <translation>Es gibt noch nichts anzusehen</translation>
    </message>
    <message>
        <source>accept suggestions</source>
        <translation>Vorschläge annehmen</translation>
    </message>
    <message>
        <source>accept {0}</source>
        <translation>{0} annehmen</translation>
    </message>
</context>
<context>
    <name>LandmarkDetails</name>
    <message>
        <source> · vertex {0}</source>
        <translation> · Punkt {0}</translation>
    </message>
    <message>
        <source>Colour of this landmark</source>
        <translation>Farbe dieser Landmarke</translation>
    </message>
    <message>
        <source>Look through this photo&apos;s camera</source>
        <translation>Durch die Kamera dieses Fotos sehen</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Note about this landmark</source>
        <translation>Notiz zu dieser Landmarke</translation>
    </message>
    <message>
        <source>Take the click in this photo back</source>
        <translation>Den Klick in diesem Foto zurücknehmen</translation>
    </message>
    <message>
        <source>View {0}</source>
        <translation>Ansicht {0}</translation>
    </message>
    <message>
        <source>click another</source>
        <translation>in noch einem klicken</translation>
    </message>
    <message>
        <source>not placed</source>
        <translation>nicht gesetzt</translation>
    </message>
    <message>
        <source>{0:.2f} px off</source>
        <translation>{0:.2f} px daneben</translation>
    </message>
</context>
<context>
    <name>LandmarkExchange</name>
    <message>
        <source>, at most {0:.2f} mm from the mesh</source>
        <translation>, höchstens {0:.2f} mm vom Netz</translation>
    </message>
    <message>
        <source>; left alone because they are locked: {0}</source>
        <translation>; gelassen, weil gesperrt: {0}</translation>
    </message>
    <message>
        <source>&lt;b&gt;What to do:&lt;/b&gt; Check that the file belongs to this mesh and scan, and is in mm.</source>
        <translation>&lt;b&gt;Was zu tun ist:&lt;/b&gt; Prüfen, ob die Datei zu diesem Netz und Scan gehört und in mm ist.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose the one with the landmarks.</source>
        <translation>Wählen Sie die mit den Landmarken.</translation>
    </message>
    <message>
        <source>Clicks in photos, to triangulate (*.clicks.csv)</source>
        <translation>Klicks in Fotos, zum Triangulieren (*.clicks.csv)</translation>
    </message>
    <message>
        <source>Export landmarks</source>
        <translation>Landmarken exportieren</translation>
    </message>
    <message>
        <source>Import as it is</source>
        <translation>Importieren, wie es ist</translation>
    </message>
    <message>
        <source>Import landmarks</source>
        <translation>Landmarken importieren</translation>
    </message>
    <message>
        <source>Import the other {0}</source>
        <translation>Die anderen {0} importieren</translation>
    </message>
    <message>
        <source>Imported {0} landmarks from {1}</source>
        <translation>{0} Landmarken aus {1} importiert</translation>
    </message>
    <message>
        <source>Read as {0}</source>
        <translation>Als {0} lesen</translation>
    </message>
    <message>
        <source>Reading {0}…</source>
        <translation>{0} wird gelesen…</translation>
    </message>
    <message>
        <source>In that order they are: {0}.</source>
        <translation>In dieser Reihenfolge sind es: {0}.</translation>
    </message>
    <message>
        <source>Landmarks</source>
        <translation>Landmarken</translation>
    </message>
    <message>
        <source>Take them in the order of {0}</source>
        <translation>In der Reihenfolge von {0} nehmen</translation>
    </message>
    <message>
        <source>The landmarks were not exported</source>
        <translation>Die Landmarken wurden nicht exportiert</translation>
    </message>
    <message>
        <source>The landmarks were not imported</source>
        <translation>Die Landmarken wurden nicht importiert</translation>
    </message>
    <message>
        <source>The {0} points in {1} have no names</source>
        <translation>Die {0} Punkte in {1} haben keine Namen</translation>
    </message>
    <message>
        <source>These landmarks do not lie on the {0}</source>
        <translation>Diese Landmarken liegen nicht auf: {0}</translation>
    </message>
    <message>
        <source>Unknown: {0}.</source>
        <translation>Unbekannt: {0}.</translation>
    </message>
    <message>
        <source>Use a list of these names</source>
        <translation>Eine Liste dieser Namen verwenden</translation>
    </message>
    <message>
        <source>import {0}</source>
        <translation>{0} importieren</translation>
    </message>
    <message>
        <source>{0} holds {1} lists of points</source>
        <translation>{0} enthält {1} Punktlisten</translation>
    </message>
    <message>
        <source>{0} of {1} landmarks are not in the list {2}</source>
        <translation>{0} von {1} Landmarken stehen nicht in der Liste {2}</translation>
    </message>
</context>
<context>
    <name>LandmarkModel</name>
    <message>
        <source>Landmark</source>
        <translation>Landmarke</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>in one photo</source>
        <translation>in einem Foto</translation>
    </message>
    <message>
        <source>in {0} photos</source>
        <translation>in {0} Fotos</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>gesperrt</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>mm</source>
        <translation>mm</translation>
    </message>
    <message>
        <source>placed</source>
        <translation>gesetzt</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>übersprungen</translation>
    </message>
    <message>
        <source>suggested</source>
        <translation>vorgeschlagen</translation>
    </message>
</context>
<context>
    <name>LandmarkPanel</name>
    <message>
        <source> · RMS {0:.2f} mm</source>
        <translation> · RMS {0:.2f} mm</translation>
    </message>
    <message>
        <source>Add a landmark…</source>
        <translation>Landmarke hinzufügen…</translation>
    </message>
    <message>
        <source>Copy this list…</source>
        <translation>Diese Liste kopieren…</translation>
    </message>
    <message>
        <source>Fit the landmarks of the two meshes with a common scale, or rigidly</source>
        <translation>Die Landmarken beider Netze mit gemeinsamem Maßstab anpassen, oder starr</translation>
    </message>
    <message>
        <source>Go on to the next missing landmark after each click</source>
        <translation>Nach jedem Klick zur nächsten fehlenden Landmarke</translation>
    </message>
    <message>
        <source>Ground truth</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>List of landmarks</source>
        <translation>Liste der Landmarken</translation>
    </message>
    <message>
        <source>Lists of your own</source>
        <translation>Eigene Listen</translation>
    </message>
    <message>
        <source>Mark this mesh (T changes over)</source>
        <translation>Dieses Netz markieren (T wechselt)</translation>
    </message>
    <message>
        <source>New list…</source>
        <translation>Neue Liste…</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Setzen</translation>
    </message>
    <message>
        <source>Reconstruction</source>
        <translation>Rekonstruktion</translation>
    </message>
    <message>
        <source>Remove this landmark from the list</source>
        <translation>Diese Landmarke aus der Liste entfernen</translation>
    </message>
    <message>
        <source>Remove this list</source>
        <translation>Diese Liste entfernen</translation>
    </message>
    <message>
        <source>Rename this landmark…</source>
        <translation>Diese Landmarke umbenennen…</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Maßstab</translation>
    </message>
    <message>
        <source>Then the next</source>
        <translation>Dann weiter</translation>
    </message>
    <message>
        <source>Which landmarks there are to place</source>
        <translation>Welche Landmarken zu setzen sind</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message>
        <source>{0} placed</source>
        <translation>{0} gesetzt</translation>
    </message>
</context>
<context>
    <name>LandmarkPanelController</name>
    <message>
        <source>Landmarks</source>
        <translation>Landmarken</translation>
    </message>
    <message>
        <source>Name of the copy</source>
        <translation>Name der Kopie</translation>
    </message>
    <message>
        <source>Name of the landmark, such as left_ear</source>
        <translation>Name der Landmarke, etwa left_ear</translation>
    </message>
    <message>
        <source>Name of the new list</source>
        <translation>Name der neuen Liste</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>Neuer Name</translation>
    </message>
    <message>
        <source>The list was not changed</source>
        <translation>Die Liste wurde nicht geändert</translation>
    </message>
    <message>
        <source>{0} copy</source>
        <translation>{0} Kopie</translation>
    </message>
</context>
<context>
    <name>LandmarkPointer</name>
    <message>
        <source>Choose a landmark to place</source>
        <translation>Eine Landmarke zum Setzen wählen</translation>
    </message>
    <message>
        <source>Click inside the photo</source>
        <translation>Innerhalb des Fotos klicken</translation>
    </message>
    <message>
        <source>Mark {0} in this photo</source>
        <translation>{0} in diesem Foto markieren</translation>
    </message>
    <message>
        <source>Move {0} here</source>
        <translation>{0} hierher bewegen</translation>
    </message>
    <message>
        <source>Place {0}</source>
        <translation>{0} setzen</translation>
    </message>
    <message>
        <source>{0} is locked</source>
        <translation>{0} ist gesperrt</translation>
    </message>
    <message>
        <source>{0} is not placed yet: click on the mesh</source>
        <translation>{0} ist noch nicht gesetzt: auf das Netz klicken</translation>
    </message>
    <message>
        <source>{0}: drag to move</source>
        <translation>{0}: ziehen, um zu bewegen</translation>
    </message>
</context>
<context>
    <name>LandmarkTable</name>
    <message>
        <source>Landmarks</source>
        <translation>Landmarken</translation>
    </message>
</context>
<context>
    <name>Landmarks</name>
    <message>
        <source>Click on {0} here and in another photo: that gives its place.</source>
        <translation>Hier und in einem anderen Foto auf {0} klicken: das ergibt den Ort.</translation>
    </message>
    <message>
        <source>Click on {0} in this photo too, or correct its cross.</source>
        <translation>Auch in diesem Foto auf {0} klicken oder das Kreuz berichtigen.</translation>
    </message>
    <message>
        <source>Click on {0}. Dragging still turns the view.</source>
        <translation>Auf {0} klicken. Ziehen dreht weiter die Ansicht.</translation>
    </message>
    <message>
        <source>Drag it, or nudge it with the arrow keys. N goes on to the next.</source>
        <translation>Ziehen oder mit den Pfeiltasten schieben. N geht zur nächsten.</translation>
    </message>
    <message>
        <source>Open a scan (Ctrl+O) to place landmarks on its head.</source>
        <translation>Einen Scan öffnen (Strg+O), um auf seinem Kopf Landmarken zu setzen.</translation>
    </message>
    <message>
        <source>Press P to place landmarks with clicks on the mesh.</source>
        <translation>P drücken, um Landmarken mit Klicks auf das Netz zu setzen.</translation>
    </message>
    <message>
        <source>Show the ground truth (Ctrl+2) to mark it.</source>
        <translation>Die Referenz zeigen (Strg+2), um sie zu markieren.</translation>
    </message>
    <message>
        <source>There is no reconstruction yet: press Start (F5). Or double-click a photo and click there: two photos give a point.</source>
        <translation>Es gibt noch keine Rekonstruktion: Start (F5) drücken. Oder ein Foto doppelklicken und dort klicken: zwei Fotos ergeben einen Punkt.</translation>
    </message>
    <message>
        <source>This list is empty: add a landmark from its menu ⋯.</source>
        <translation>Diese Liste ist leer: im Menü ⋯ eine Landmarke hinzufügen.</translation>
    </message>
    <message>
        <source>This scan has no ground truth.</source>
        <translation>Dieser Scan hat keine Referenz.</translation>
    </message>
    <message>
        <source>the {0}</source>
        <translation>{0}</translation>
    </message>
    <message>
        <source>{0} suggested: Y takes one over, Shift+Y all.</source>
        <translation>{0} vorgeschlagen: Y übernimmt eine, Umschalt+Y alle.</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>0  guess</source>
        <translation>0  geraten</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>Vertrauen</translation>
    </message>
    <message>
        <source>Confidence from 0, a guess, to 1, known from the photos</source>
        <translation>Vertrauen von 0, geraten, bis 1, aus den Fotos bekannt</translation>
    </message>
    <message>
        <source>Distance, mm</source>
        <translation>Abstand, mm</translation>
    </message>
    <message>
        <source>End of the error scale</source>
        <translation>Ende der Fehlerskala</translation>
    </message>
    <message>
        <source>From 0 to %s mm</source>
        <translation>Von 0 bis %s mm</translation>
    </message>
    <message>
        <source>Where the scale ends; what is farther off is marked in light blue</source>
        <translation>Wo die Skala endet; was weiter weg ist, ist hellblau markiert</translation>
    </message>
    <message>
        <source>known  1</source>
        <translation>bekannt  1</translation>
    </message>
    <message>
        <source>more than %s</source>
        <translation>mehr als %s</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>to %s mm</source>
        <translation>bis %s mm</translation>
    </message>
</context>
<context>
    <name>LogPanel</name>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy what is shown to the clipboard</source>
        <translation>Was gezeigt wird, in die Zwischenablage kopieren</translation>
    </message>
    <message>
        <source>Empty the log</source>
        <translation>Das Protokoll leeren</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Information</source>
        <translation>Information</translation>
    </message>
    <message>
        <source>Nothing has happened yet</source>
        <translation>Noch ist nichts geschehen</translation>
    </message>
    <message>
        <source>Only lines with…</source>
        <translation>Nur Zeilen mit…</translation>
    </message>
    <message>
        <source>Save all of the log as a text file</source>
        <translation>Das ganze Protokoll als Textdatei speichern</translation>
    </message>
    <message>
        <source>Save the log</source>
        <translation>Protokoll speichern</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern…</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>Text (*.txt)</translation>
    </message>
    <message>
        <source>The log is in {0}</source>
        <translation>Das Protokoll ist in {0}</translation>
    </message>
    <message>
        <source>The lowest level that is shown</source>
        <translation>Die niedrigste Stufe, die gezeigt wird</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>Warnungen</translation>
    </message>
    <message>
        <source>Words that shown lines hold</source>
        <translation>Wörter, die gezeigte Zeilen enthalten</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Exported {0}</source>
        <translation>{0} exportiert</translation>
    </message>
    <message>
        <source>Opened {0}: {1}</source>
        <translation>{0} geöffnet: {1}</translation>
    </message>
    <message>
        <source>Opening {0}…</source>
        <translation>{0} wird geöffnet…</translation>
    </message>
    <message>
        <source>Press Start (F5) to reconstruct</source>
        <translation>Start (F5) drücken, um zu rekonstruieren</translation>
    </message>
    <message>
        <source>The report is in {0}</source>
        <translation>Der Bericht ist in {0}</translation>
    </message>
    <message>
        <source>Tick the views to use</source>
        <translation>Ansichten ankreuzen, die verwendet werden sollen</translation>
    </message>
</context>
<context>
    <name>MeshOpening</name>
    <message>
        <source>Meshes (*.ply *.obj *.stl *.glb)</source>
        <translation>Netze (*.ply *.obj *.stl *.glb)</translation>
    </message>
    <message>
        <source>Open a mesh</source>
        <translation>Netz öffnen</translation>
    </message>
    <message>
        <source>Opened {0}</source>
        <translation>{0} geöffnet</translation>
    </message>
    <message>
        <source>Reading {0}…</source>
        <translation>{0} wird gelesen…</translation>
    </message>
    <message>
        <source>The mesh of the project is missing: {0}</source>
        <translation>Das Netz des Projekts fehlt: {0}</translation>
    </message>
    <message>
        <source>{0} cannot be opened</source>
        <translation>{0} kann nicht geöffnet werden</translation>
    </message>
</context>
<context>
    <name>Methods</name>
    <message>
        <source>A finer surface; takes a few times longer.</source>
        <translation>Eine feinere Fläche; dauert einige Male länger.</translation>
    </message>
    <message>
        <source>A quick look at the shape.</source>
        <translation>Ein schneller Blick auf die Form.</translation>
    </message>
    <message>
        <source>Always refine</source>
        <translation>Immer verfeinern</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation>Kameras</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>Find the head&apos;s pose</source>
        <translation>Lage des Kopfes suchen</translation>
    </message>
    <message>
        <source>First the head of a prior that the photos show, then its surface refined on the photos. Three photos are enough; where they see nothing, the prior holds. H3D-Net&apos;s structure, solved on grids instead of by its networks.</source>
        <translation>Zuerst der Kopf eines Priors, den die Fotos zeigen, dann seine Fläche an den Fotos verfeinert. Drei Fotos genügen; wo sie nichts sehen, gilt der Prior. Der Aufbau von H3D-Net, auf Gittern gelöst statt durch seine Netzwerke.</translation>
    </message>
    <message>
        <source>From photos and masks alone: the hull of the masks, carved by what the photos agree on. Knows nothing of heads; needs views from all sides.</source>
        <translation>Aus Fotos und Masken allein: die Hülle der Masken, geformt von dem, worin die Fotos übereinstimmen. Weiß nichts von Köpfen; braucht Ansichten von allen Seiten.</translation>
    </message>
    <message>
        <source>From the hull of the masks, no prior.</source>
        <translation>Aus der Hülle der Masken, ohne Prior.</translation>
    </message>
    <message>
        <source>Graphics card (CUDA)</source>
        <translation>Grafikkarte (CUDA)</translation>
    </message>
    <message>
        <source>Head prior to start from: the bundled one, or a file</source>
        <translation>Kopf-Prior, von dem ausgegangen wird: der mitgelieferte oder eine Datei</translation>
    </message>
    <message>
        <source>Head prior, then photos, in seconds.</source>
        <translation>Kopf-Prior, dann Fotos, in Sekunden.</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>How fine, and how long it takes</source>
        <translation>Wie fein, und wie lange es dauert</translation>
    </message>
    <message>
        <source>Keep as is</source>
        <translation>Lassen, wie sie sind</translation>
    </message>
    <message>
        <source>Landmarks</source>
        <translation>Landmarken</translation>
    </message>
    <message>
        <source>Place the prior&apos;s head by the scan&apos;s landmarks, where it has some; without them its place is found from masks and photos</source>
        <translation>Den Kopf des Priors nach den Landmarken des Scans legen, wo es welche gibt; ohne sie wird seine Lage aus Masken und Fotos gefunden</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>Prior</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>Prozessor (CPU)</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Refine if off</source>
        <translation>Wenn nötig</translation>
    </message>
    <message>
        <source>Same seed and settings, same mesh</source>
        <translation>Gleicher Startwert, gleiche Einstellungen, gleiches Netz</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Start from landmarks</source>
        <translation>Von Landmarken aus</translation>
    </message>
    <message>
        <source>The default: full accuracy, in less than a minute on two cores.</source>
        <translation>Die Vorgabe: volle Genauigkeit, in unter einer Minute auf zwei Kernen.</translation>
    </message>
    <message>
        <source>The graphics card where torch sees one, else the processor</source>
        <translation>Die Grafikkarte, wo torch eine sieht, sonst der Prozessor</translation>
    </message>
    <message>
        <source>Where it is computed</source>
        <translation>Wo gerechnet wird</translation>
    </message>
    <message>
        <source>Whether the cameras&apos; positions may be corrected while the photos are matched</source>
        <translation>Ob die Lage der Kameras berichtigt werden darf, während die Fotos angepasst werden</translation>
    </message>
</context>
<context>
    <name>Missing</name>
    <message>
        <source>Where is the run {0}?</source>
        <translation>Wo ist der Lauf {0}?</translation>
    </message>
</context>
<context>
    <name>PaneTitles</name>
    <message>
        <source>Ground truth</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>Reconstruction</source>
        <translation>Rekonstruktion</translation>
    </message>
</context>
<context>
    <name>PastRuns</name>
    <message>
        <source>The run has left no mesh</source>
        <translation>Der Lauf hat kein Netz hinterlassen</translation>
    </message>
    <message>
        <source>The run in {0}: {1}, {2}</source>
        <translation>Der Lauf in {0}: {1}, {2}</translation>
    </message>
    <message>
        <source>The run in {0}: {1}, {2}. Its log was:</source>
        <translation>Der Lauf in {0}: {1}, {2}. Sein Protokoll war:</translation>
    </message>
    <message>
        <source>nothing is known of its end</source>
        <translation>über sein Ende ist nichts bekannt</translation>
    </message>
</context>
<context>
    <name>PhotoBar</name>
    <message>
        <source>How much of the photo is seen over the mesh</source>
        <translation>Wie viel vom Foto über dem Netz zu sehen ist</translation>
    </message>
    <message>
        <source>Opacity of the photo</source>
        <translation>Deckkraft des Fotos</translation>
    </message>
    <message>
        <source>Photo opacity</source>
        <translation>Deckkraft</translation>
    </message>
</context>
<context>
    <name>PictureController</name>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>Picture copied, %d × %d pixels</source>
        <translation>Bild kopiert, %d × %d Pixel</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>Bild speichern</translation>
    </message>
    <message>
        <source>The picture was not saved</source>
        <translation>Das Bild wurde nicht gespeichert</translation>
    </message>
</context>
<context>
    <name>PlotChoice</name>
    <message>
        <source>Choose the plots to see</source>
        <translation>Wählen, welche Kurven zu sehen sind</translation>
    </message>
    <message>
        <source>Plots</source>
        <translation>Kurven</translation>
    </message>
</context>
<context>
    <name>PlotRow</name>
    <message>
        <source>Latent size</source>
        <translation>Größe des Codes</translation>
    </message>
    <message>
        <source>Lengths, mm</source>
        <translation>Längen, mm</translation>
    </message>
    <message>
        <source>Losses</source>
        <translation>Verluste</translation>
    </message>
    <message>
        <source>Memory, MB</source>
        <translation>Speicher, MB</translation>
    </message>
    <message>
        <source>PSNR per view, dB</source>
        <translation>PSNR je Ansicht, dB</translation>
    </message>
    <message>
        <source>PSNR, dB</source>
        <translation>PSNR, dB</translation>
    </message>
    <message>
        <source>Speed, steps/s</source>
        <translation>Tempo, Schritte/s</translation>
    </message>
    <message>
        <source>Visible ground truth to the mesh, mean, mm</source>
        <translation>Sichtbare Referenz zum Netz, Mittel, mm</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>* from the next start on</source>
        <translation>* ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Documents / H3D Studio</source>
        <translation>Dokumente / H3D Studio</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Restore &amp;defaults</source>
        <translation>&amp;Vorgaben wiederherstellen</translation>
    </message>
</context>
<context>
    <name>PriorChooser</name>
    <message>
        <source>Browse…</source>
        <translation>Suchen…</translation>
    </message>
    <message>
        <source>Bundled heads</source>
        <translation>Beiliegende Köpfe</translation>
    </message>
    <message>
        <source>Choose a head prior</source>
        <translation>Kopf-Prior wählen</translation>
    </message>
    <message>
        <source>Head prior</source>
        <translation>Kopf-Prior</translation>
    </message>
    <message>
        <source>Head priors (*.h3dprior)</source>
        <translation>Kopf-Priors (*.h3dprior)</translation>
    </message>
    <message>
        <source>The head prior: what heads look like in general, learned from many (.h3dprior)</source>
        <translation>Der Kopf-Prior: wie Köpfe im Allgemeinen aussehen, aus vielen gelernt (.h3dprior)</translation>
    </message>
</context>
<context>
    <name>PriorController</name>
    <message>
        <source>Choose the folder of a finished run</source>
        <translation>Ordner eines fertigen Laufs wählen</translation>
    </message>
    <message>
        <source>Reading the head prior…</source>
        <translation>Kopf-Prior wird gelesen…</translation>
    </message>
    <message>
        <source>The fitted head cannot be used</source>
        <translation>Der angepasste Kopf kann nicht verwendet werden</translation>
    </message>
    <message>
        <source>The head prior cannot be shown: {0}</source>
        <translation>Der Kopf-Prior kann nicht gezeigt werden: {0}</translation>
    </message>
</context>
<context>
    <name>PriorPanel</name>
    <message numerus="yes">
        <source>%n heads of {0}</source>
        <translation>
            <numerusform>%n Kopf von {0}</numerusform>
            <numerusform>%n Köpfen von {0}</numerusform>
        </translation>
    </message>
    <message>
        <source>Autodecoder</source>
        <translation>Autodecoder</translation>
    </message>
    <message>
        <source>Components</source>
        <translation>Komponenten</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>Köpfe</translation>
    </message>
    <message>
        <source>Learn a prior from heads of your own</source>
        <translation>Einen Prior aus eigenen Köpfen lernen</translation>
    </message>
    <message>
        <source>Learned from</source>
        <translation>Gelernt aus</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>Linear</translation>
    </message>
    <message>
        <source>Mean distance of heads it was not trained on to their fit</source>
        <translation>Mittlerer Abstand ungesehener Köpfe zu ihrer Anpassung</translation>
    </message>
    <message>
        <source>See the heads it knows</source>
        <translation>Die Köpfe sehen, die er kennt</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Trainieren</translation>
    </message>
    <message>
        <source>Unseen heads</source>
        <translation>Ungesehene Köpfe</translation>
    </message>
    <message>
        <source>heads of {0}</source>
        <translation>Köpfen von {0}</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>{0:.2f}, face {1:.2f} mm</source>
        <translation>{0:.2f}, Gesicht {1:.2f} mm</translation>
    </message>
</context>
<context>
    <name>ProgressPanel</name>
    <message>
        <source>Choose views and settings, then start</source>
        <translation>Ansichten und Einstellungen wählen, dann starten</translation>
    </message>
    <message>
        <source>Elapsed</source>
        <translation>Vergangen</translation>
    </message>
    <message>
        <source>It was cut short when the window closed; resume it, or start again</source>
        <translation>Wurde beim Schließen des Fensters unterbrochen; fortsetzen oder neu starten</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>See the log; a run with a checkpoint can be resumed</source>
        <translation>Siehe Protokoll; ein Lauf mit Sicherungspunkt kann fortgesetzt werden</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Starting the worker</source>
        <translation>Der Arbeitsprozess startet</translation>
    </message>
    <message>
        <source>Stopped; no final mesh was written</source>
        <translation>Gestoppt; kein endgültiges Netz wurde geschrieben</translation>
    </message>
    <message>
        <source>Stopping the worker</source>
        <translation>Der Arbeitsprozess wird gestoppt</translation>
    </message>
    <message>
        <source>The mesh as it was is written; start again for the full run</source>
        <translation>Das Netz ist geschrieben, wie es war; für den vollen Lauf neu starten</translation>
    </message>
    <message>
        <source>The mesh is written; export or start again</source>
        <translation>Das Netz ist geschrieben; exportieren oder neu starten</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>Restzeit</translation>
    </message>
    <message>
        <source>Writing the mesh, the preview and the report</source>
        <translation>Netz, Vorschau und Bericht werden geschrieben</translation>
    </message>
    <message>
        <source>{0:.1f} s/step</source>
        <translation>{0:.1f} s/Schritt</translation>
    </message>
    <message>
        <source>{0:.1f} steps/s</source>
        <translation>{0:.1f} Schritte/s</translation>
    </message>
    <message>
        <source>{0} of {1} steps done</source>
        <translation>{0} von {1} Schritten fertig</translation>
    </message>
</context>
<context>
    <name>ProjectController</name>
    <message>
        <source>Another window has taken the project; saving asks for a new file</source>
        <translation>Ein anderes Fenster hat das Projekt übernommen; Speichern fragt nach einer neuen Datei</translation>
    </message>
    <message>
        <source>Open a project that H3D Studio saved</source>
        <translation>Ein von H3D Studio gespeichertes Projekt öffnen</translation>
    </message>
    <message>
        <source>Opening {0}…</source>
        <translation>{0} wird geöffnet…</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>{0} gespeichert</translation>
    </message>
    <message>
        <source>Saving {0}…</source>
        <translation>{0} wird gespeichert…</translation>
    </message>
    <message>
        <source>Where is {0}?</source>
        <translation>Wo ist {0}?</translation>
    </message>
    <message>
        <source>read-only</source>
        <translation>schreibgeschützt</translation>
    </message>
    <message>
        <source>the project</source>
        <translation>das Projekt</translation>
    </message>
    <message>
        <source>{0} cannot be opened</source>
        <translation>{0} kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>{0} lies where nothing can be written: opened read-only</source>
        <translation>{0} liegt, wo nichts geschrieben werden kann: schreibgeschützt geöffnet</translation>
    </message>
</context>
<context>
    <name>Projects</name>
    <message>
        <source>&amp;Discard</source>
        <translation>&amp;Verwerfen</translation>
    </message>
    <message>
        <source>&amp;Drop the mesh</source>
        <translation>Netz &amp;aufgeben</translation>
    </message>
    <message>
        <source>&amp;Drop the run</source>
        <translation>Lauf &amp;aufgeben</translation>
    </message>
    <message>
        <source>&amp;Locate…</source>
        <translation>&amp;Suchen…</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
        <source>&amp;Open and resume</source>
        <translation>Öffnen und &amp;fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Open only</source>
        <translation>&amp;Nur öffnen</translation>
    </message>
    <message>
        <source>&amp;Recover</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>&amp;Try again</source>
        <translation>&amp;Erneut versuchen</translation>
    </message>
    <message>
        <source>&lt;b&gt;What to do:&lt;/b&gt; {0}</source>
        <translation>&lt;b&gt;Was zu tun ist:&lt;/b&gt; {0}</translation>
    </message>
    <message>
        <source>Ask &amp;later</source>
        <translation>S&amp;päter fragen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose &amp;again…</source>
        <translation>&amp;Erneut wählen…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Decide &amp;later</source>
        <translation>S&amp;päter entscheiden</translation>
    </message>
    <message>
        <source>Go on where you stopped?</source>
        <translation>Weitermachen, wo aufgehört wurde?</translation>
    </message>
    <message>
        <source>H3D Studio projects (*{0})</source>
        <translation>H3D-Studio-Projekte (*{0})</translation>
    </message>
    <message>
        <source>If it was moved or renamed, show where it is now. If it is gone for good, drop it. Everything else of the project is open; landmarks stay where they were placed.</source>
        <translation>Wurde es verschoben oder umbenannt, zeigen, wo es jetzt ist. Ist es endgültig weg, aufgeben. Alles andere des Projekts ist offen; Landmarken bleiben, wo sie gesetzt wurden.</translation>
    </message>
    <message>
        <source>If it was moved or renamed, show where it is now. If it is gone for good, drop it: the project then has no run, and a new one can be started. Everything else of the project is open: scan, ticked views, settings, landmarks.</source>
        <translation>Wurde er verschoben oder umbenannt, zeigen, wo er jetzt ist. Ist er endgültig weg, aufgeben: das Projekt hat dann keinen Lauf, und ein neuer kann gestartet werden. Alles andere des Projekts ist offen: Scan, gewählte Ansichten, Einstellungen, Landmarken.</translation>
    </message>
    <message>
        <source>If the folder was moved or renamed, show where it is now; if it is on a disk that is not connected, connect it and open the project again. The project file stays as it is.</source>
        <translation>Wurde der Ordner verschoben oder umbenannt, zeigen, wo er jetzt ist; liegt er auf einem nicht verbundenen Laufwerk, dieses verbinden und das Projekt erneut öffnen. Die Projektdatei bleibt, wie sie ist.</translation>
    </message>
    <message>
        <source>It is held by {0}.&lt;br&gt;&lt;br&gt;&lt;b&gt;Read-only&lt;/b&gt; shows it as it was last saved; saving asks for another file. &lt;b&gt;A copy&lt;/b&gt; is a new project with the same content.</source>
        <translation>Es gehört gerade {0}.&lt;br&gt;&lt;br&gt;&lt;b&gt;Schreibgeschützt&lt;/b&gt; zeigt es, wie es zuletzt gespeichert wurde; Speichern fragt nach einer anderen Datei. &lt;b&gt;Eine Kopie&lt;/b&gt; ist ein neues Projekt mit demselben Inhalt.</translation>
    </message>
    <message>
        <source>Landmarks and other changes since the last save are lost if you discard them.</source>
        <translation>Landmarken und andere Änderungen seit dem letzten Speichern gehen beim Verwerfen verloren.</translation>
    </message>
    <message>
        <source>Meshes (*.ply *.obj *.stl *.glb)</source>
        <translation>Netze (*.ply *.obj *.stl *.glb)</translation>
    </message>
    <message>
        <source>Open &amp;read-only</source>
        <translation>Schreib&amp;geschützt öffnen</translation>
    </message>
    <message>
        <source>Open a &amp;copy</source>
        <translation>Eine &amp;Kopie öffnen</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Parts of the project were not understood</source>
        <translation>Teile des Projekts wurden nicht verstanden</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>Speichern &amp;unter…</translation>
    </message>
    <message>
        <source>Save the changes to {0}?</source>
        <translation>Änderungen an {0} speichern?</translation>
    </message>
    <message>
        <source>Save the project</source>
        <translation>Projekt speichern</translation>
    </message>
    <message>
        <source>Save under another name; the file stays as it is, with everything in it</source>
        <translation>Unter anderem Namen speichern; die Datei bleibt, wie sie ist, mit allem darin</translation>
    </message>
    <message>
        <source>The folder of the project&apos;s last run was not found</source>
        <translation>Der Ordner des letzten Laufs des Projekts wurde nicht gefunden</translation>
    </message>
    <message>
        <source>The mesh is missing</source>
        <translation>Das Netz fehlt</translation>
    </message>
    <message>
        <source>The newest is opened now; the others are offered at the next start.</source>
        <translation>Das neueste wird jetzt geöffnet; die anderen werden beim nächsten Start angeboten.</translation>
    </message>
    <message>
        <source>The project is in use</source>
        <translation>Das Projekt ist in Benutzung</translation>
    </message>
    <message>
        <source>The project was not saved</source>
        <translation>Das Projekt wurde nicht gespeichert</translation>
    </message>
    <message>
        <source>The project&apos;s mesh was not found</source>
        <translation>Das Netz des Projekts wurde nicht gefunden</translation>
    </message>
    <message>
        <source>The project&apos;s scan was not found</source>
        <translation>Der Scan des Projekts wurde nicht gefunden</translation>
    </message>
    <message>
        <source>The run is missing</source>
        <translation>Der Lauf fehlt</translation>
    </message>
    <message>
        <source>The scan is missing</source>
        <translation>Der Scan fehlt</translation>
    </message>
    <message>
        <source>The studio was closed unexpectedly</source>
        <translation>Das Studio wurde unerwartet geschlossen</translation>
    </message>
    <message>
        <source>This is not the run</source>
        <translation>Das ist nicht der Lauf</translation>
    </message>
    <message>
        <source>This was kept for now:</source>
        <translation>Für jetzt aufgehoben:</translation>
    </message>
    <message>
        <source>This was not saved:</source>
        <translation>Nicht gespeichert war:</translation>
    </message>
    <message>
        <source>Unsaved changes</source>
        <translation>Ungespeicherte Änderungen</translation>
    </message>
    <message>
        <source>Unsaved work was found</source>
        <translation>Ungespeicherte Arbeit wurde gefunden</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>Unbenannt</translation>
    </message>
    <message>
        <source>Where is {0}?</source>
        <translation>Wo ist {0}?</translation>
    </message>
    <message>
        <source>Work of the last time</source>
        <translation>Arbeit vom letzten Mal</translation>
    </message>
    <message>
        <source>at an unknown time</source>
        <translation>zu unbekannter Zeit</translation>
    </message>
    <message>
        <source>its job can be resumed from the last checkpoint</source>
        <translation>ihre Aufgabe kann vom letzten Zwischenstand fortgesetzt werden</translation>
    </message>
    <message>
        <source>its job can be started over: it had written no checkpoint yet</source>
        <translation>ihre Aufgabe kann von vorn begonnen werden: sie hatte noch keinen Zwischenstand geschrieben</translation>
    </message>
    <message>
        <source>its job has finished since</source>
        <translation>ihre Aufgabe ist inzwischen fertig</translation>
    </message>
    <message>
        <source>its job has left nothing to go on with</source>
        <translation>ihre Aufgabe hat nichts hinterlassen, um fortzufahren</translation>
    </message>
    <message>
        <source>{0} is open in another window</source>
        <translation>{0} ist in einem anderen Fenster offen</translation>
    </message>
</context>
<context>
    <name>Recent</name>
    <message>
        <source>&amp;Clear this list</source>
        <translation>Diese Liste &amp;leeren</translation>
    </message>
</context>
<context>
    <name>ReconstructPanel</name>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Start reconstruction</source>
        <translation>Rekonstruktion starten</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
</context>
<context>
    <name>RecoveryController</name>
    <message>
        <source>Unsaved work cannot be kept for recovery: {0}</source>
        <translation>Ungespeicherte Arbeit kann nicht zur Wiederherstellung aufbewahrt werden: {0}</translation>
    </message>
    <message>
        <source>Work for recovery cannot be read: {0}</source>
        <translation>Arbeit zur Wiederherstellung kann nicht gelesen werden: {0}</translation>
    </message>
</context>
<context>
    <name>RegionCard</name>
    <message>
        <source>As H3DS does, one vertex index per line; the next evaluation scores it too</source>
        <translation>Wie H3DS, ein Punktindex je Zeile; die nächste Auswertung bewertet auch ihn</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Leeren</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>How Shift-drags mark</source>
        <translation>Wie Ziehen mit Umschalt markiert</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>Lasso</translation>
    </message>
    <message>
        <source>Mark what lies within 95 mm of the nose tip</source>
        <translation>Markieren, was höchstens 95 mm von der Nasenspitze liegt</translation>
    </message>
    <message>
        <source>Of the brush, on the surface</source>
        <translation>Des Pinsels, auf der Fläche</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>Radius</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Speichern…</translation>
    </message>
    <message>
        <source>Shift-drag on the ground truth marks, Ctrl+Shift-drag unmarks.</source>
        <translation>Ziehen mit Umschalt auf der Referenz markiert, mit Strg+Umschalt hebt es auf.</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>Werkzeug</translation>
    </message>
    <message>
        <source>{0} vertices</source>
        <translation>{0} Punkte</translation>
    </message>
</context>
<context>
    <name>RegionPainting</name>
    <message>
        <source>H3DS regions (*.txt)</source>
        <translation>H3DS-Bereiche (*.txt)</translation>
    </message>
    <message>
        <source>Save the region</source>
        <translation>Bereich speichern</translation>
    </message>
    <message>
        <source>The face is not known</source>
        <translation>Das Gesicht ist nicht bekannt</translation>
    </message>
    <message>
        <source>The region was not saved</source>
        <translation>Der Bereich wurde nicht gespeichert</translation>
    </message>
    <message>
        <source>paint the region</source>
        <translation>Bereich malen</translation>
    </message>
    <message>
        <source>the scan has no ground truth</source>
        <translation>der Scan hat keine Referenz</translation>
    </message>
    <message>
        <source>unpaint the region</source>
        <translation>Bereich wegnehmen</translation>
    </message>
</context>
<context>
    <name>ReportController</name>
    <message>
        <source>A page and a PDF to read, and tables with every number, go to {folder}</source>
        <translation>Eine Seite und ein PDF zum Lesen und Tabellen mit allen Zahlen kommen nach {folder}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Choose the folder for the report</source>
        <translation>Ordner für den Bericht wählen</translation>
    </message>
    <message>
        <source>Choose the run to compare with, or a folder of runs</source>
        <translation>Den Lauf zum Vergleichen wählen, oder einen Ordner von Läufen</translation>
    </message>
    <message>
        <source>Compare with…</source>
        <translation>Vergleichen mit…</translation>
    </message>
    <message>
        <source>Elsewhere…</source>
        <translation>Anderswo…</translation>
    </message>
    <message>
        <source>Make a report on this run?</source>
        <translation>Einen Bericht über diesen Lauf machen?</translation>
    </message>
    <message>
        <source>Make report</source>
        <translation>Bericht machen</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Extent</source>
        <translation>Ausdehnung</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Dreiecke</translation>
    </message>
    <message>
        <source>How alike photos and pictures of the head are inside the mask, in decibel: more is better</source>
        <translation>Wie ähnlich Fotos und Bilder des Kopfes innerhalb der Maske sind, in Dezibel: mehr ist besser</translation>
    </message>
    <message>
        <source>Mesh</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Vertices</source>
        <translation>Punkte</translation>
    </message>
    <message>
        <source>{0:.1f} dB (others)</source>
        <translation>{0:.1f} dB (andere)</translation>
    </message>
    <message>
        <source>{0:.1f} dB (used photos)</source>
        <translation>{0:.1f} dB (benutzte)</translation>
    </message>
</context>
<context>
    <name>RunController</name>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Finished early</source>
        <translation>Vorzeitig fertig</translation>
    </message>
    <message>
        <source>Go on all the same</source>
        <translation>Trotzdem fortfahren</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>Neu starten</translation>
    </message>
    <message>
        <source>The mesh is in {0}</source>
        <translation>Das Netz ist in {0}</translation>
    </message>
    <message>
        <source>{0} failed</source>
        <translation>{0} ist fehlgeschlagen</translation>
    </message>
    <message>
        <source>{0} was interrupted</source>
        <translation>{0} wurde unterbrochen</translation>
    </message>
</context>
<context>
    <name>RunOpening</name>
    <message>
        <source>Opening {0}…</source>
        <translation>{0} wird geöffnet…</translation>
    </message>
    <message>
        <source>Where is {0}?</source>
        <translation>Wo ist {0}?</translation>
    </message>
    <message>
        <source>{0} cannot be opened</source>
        <translation>{0} kann nicht geöffnet werden</translation>
    </message>
</context>
<context>
    <name>ScanController</name>
    <message>
        <source>Open a folder that holds image/, mask/ and cameras.npz, or a dataset of such folders</source>
        <translation>Einen Ordner mit image/, mask/ und cameras.npz öffnen, oder einen Datensatz solcher Ordner</translation>
    </message>
    <message>
        <source>Open a scan folder</source>
        <translation>Scan-Ordner öffnen</translation>
    </message>
    <message>
        <source>The demo scan cannot be opened</source>
        <translation>Der Demo-Scan kann nicht geöffnet werden</translation>
    </message>
    <message>
        <source>{0} cannot be opened</source>
        <translation>{0} kann nicht geöffnet werden</translation>
    </message>
</context>
<context>
    <name>ScanPanel</name>
    <message numerus="yes">
        <source>%n views</source>
        <translation>
            <numerusform>%n Ansicht</numerusform>
            <numerusform>%n Ansichten</numerusform>
        </translation>
    </message>
    <message>
        <source>1 view</source>
        <translation>1 Ansicht</translation>
    </message>
    <message>
        <source>All {0} views</source>
        <translation>Alle {0} Ansichten</translation>
    </message>
    <message>
        <source>My own choice</source>
        <translation>Eigene Auswahl</translation>
    </message>
    <message>
        <source>No scan open</source>
        <translation>Kein Scan offen</translation>
    </message>
    <message>
        <source>Open a folder of photos to begin</source>
        <translation>Zum Anfang einen Ordner mit Fotos öffnen</translation>
    </message>
    <message>
        <source>View list</source>
        <translation>Ansichtsliste</translation>
    </message>
    <message>
        <source>Views to reconstruct from: a list of the scan, or your own ticks</source>
        <translation>Ansichten, aus denen rekonstruiert wird: eine Liste des Scans oder die eigene Auswahl</translation>
    </message>
    <message>
        <source>ground truth</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>{0} of {1} views in use</source>
        <translation>{0} von {1} Ansichten gewählt</translation>
    </message>
</context>
<context>
    <name>ScanTree</name>
    <message>
        <source>Scans of the dataset and their view lists</source>
        <translation>Scans des Datensatzes und ihre Ansichtslisten</translation>
    </message>
</context>
<context>
    <name>ScoreTable</name>
    <message numerus="yes">
        <source>%n views</source>
        <translation>
            <numerusform>%n Ansicht</numerusform>
            <numerusform>%n Ansichten</numerusform>
        </translation>
    </message>
    <message>
        <source>Complete, %</source>
        <translation>Vollständig, %</translation>
    </message>
    <message>
        <source>F {0:g} mm, %</source>
        <translation>F {0:g} mm, %</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>H3DS, mm</source>
        <translation>H3DS, mm</translation>
    </message>
    <message>
        <source>Hausdorff 95</source>
        <translation>Hausdorff 95</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>Kopf</translation>
    </message>
    <message>
        <source>How much of both surfaces lies within {0:g} mm of the other</source>
        <translation>Wie viel von beiden Flächen höchstens {0:g} mm von der anderen liegt</translation>
    </message>
    <message>
        <source>Mean angle between the normals</source>
        <translation>Mittlerer Winkel zwischen den Normalen</translation>
    </message>
    <message>
        <source>Normals, °</source>
        <translation>Normalen, °</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Strict, mm</source>
        <translation>Streng, mm</translation>
    </message>
    <message>
        <source>The larger 95th percentile, mm</source>
        <translation>Das größere 95. Perzentil, mm</translation>
    </message>
    <message>
        <source>The published protocol: nearest vertex after ICP with scale</source>
        <translation>Das veröffentlichte Protokoll: nächster Punkt nach ICP mit Maßstab</translation>
    </message>
    <message>
        <source>The same after a rigid registration</source>
        <translation>Dasselbe nach einer starren Registrierung</translation>
    </message>
    <message>
        <source>Visible ground truth to surface, mean, as given</source>
        <translation>Von der sichtbaren Referenz zur Fläche, Mittel, wie gegeben</translation>
    </message>
    <message>
        <source>Visible ground truth with a surface within 5 mm</source>
        <translation>Sichtbare Referenz mit einer Fläche in höchstens 5 mm</translation>
    </message>
    <message>
        <source>What the ICP of the published protocol scaled the mesh by</source>
        <translation>Womit die ICP des veröffentlichten Protokolls das Netz skaliert hat</translation>
    </message>
    <message>
        <source>… resized by</source>
        <translation>… skaliert um</translation>
    </message>
    <message>
        <source>… rigid ICP</source>
        <translation>… starre ICP</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Suchen…</translation>
    </message>
    <message>
        <source>100 %</source>
        <translation>100 %</translation>
    </message>
    <message>
        <source>125 %</source>
        <translation>125 %</translation>
    </message>
    <message>
        <source>150 %</source>
        <translation>150 %</translation>
    </message>
    <message>
        <source>175 %</source>
        <translation>175 %</translation>
    </message>
    <message>
        <source>200 %</source>
        <translation>200 %</translation>
    </message>
    <message>
        <source>As the system says</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Deutsch</source>
        <translation>Deutsch</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Draft</source>
        <translation>Entwurf</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>Fewer keep a slow computer usable</source>
        <translation>Weniger halten einen langsamen Rechner bedienbar</translation>
    </message>
    <message>
        <source>Folder for runs</source>
        <translation>Ordner für Läufe</translation>
    </message>
    <message>
        <source>For recovery after a crash; every change of landmarks is kept at once, whatever this says</source>
        <translation>Zur Wiederherstellung nach einem Absturz; jede Änderung der Landmarken wird ohnehin sofort gesichert</translation>
    </message>
    <message>
        <source>For screens with small pixels</source>
        <translation>Für Bildschirme mit kleinen Pixeln</translation>
    </message>
    <message>
        <source>Go on where you stopped</source>
        <translation>Weitermachen, wo man war</translation>
    </message>
    <message>
        <source>Graphics card (CUDA)</source>
        <translation>Grafikkarte (CUDA)</translation>
    </message>
    <message>
        <source>H3D grid</source>
        <translation>H3D-Gitter</translation>
    </message>
    <message>
        <source>How heads are reconstructed</source>
        <translation>Wie Köpfe rekonstruiert werden</translation>
    </message>
    <message>
        <source>Hull grid</source>
        <translation>Hüllen-Gitter</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Hoch</translation>
    </message>
    <message>
        <source>How fine, and how long it takes</source>
        <translation>Wie fein, und wie lange es dauert</translation>
    </message>
    <message>
        <source>Keep unsaved work every</source>
        <translation>Ungespeichertes sichern alle</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Hell oder dunkel</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Meshes shown while it runs, at most</source>
        <translation>Netze während des Laufs, höchstens</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>New reconstructions</source>
        <translation>Neue Rekonstruktionen</translation>
    </message>
    <message>
        <source>Of menus and texts</source>
        <translation>Von Menüs und Texten</translation>
    </message>
    <message>
        <source>Open the last project at start</source>
        <translation>Beim Start das letzte Projekt öffnen</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>Prozessor (CPU)</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>Projekte</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Size of text and controls</source>
        <translation>Größe von Text und Bedienung</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Design</translation>
    </message>
    <message>
        <source>Where it is computed</source>
        <translation>Wo gerechnet wird</translation>
    </message>
    <message>
        <source>Where runs are written: a folder for each scan</source>
        <translation>Wohin Läufe geschrieben werden: ein Ordner je Scan</translation>
    </message>
    <message>
        <source>per second</source>
        <translation>pro Sekunde</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>3D view</source>
        <translation>3D-Ansicht</translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation>Links ziehen</translation>
    </message>
    <message>
        <source>Look through the chosen photo</source>
        <translation>Durch das gewählte Foto sehen</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Shift + left drag, or middle drag</source>
        <translation>Umschalt + links ziehen, oder Mitte ziehen</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>Tick or untick the chosen photo</source>
        <translation>Gewähltes Foto an- oder abwählen</translation>
    </message>
    <message>
        <source>Turn</source>
        <translation>Drehen</translation>
    </message>
    <message>
        <source>Wheel, or right drag</source>
        <translation>Rad, oder rechts ziehen</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoomen</translation>
    </message>
</context>
<context>
    <name>StageBar</name>
    <message>
        <source>A head of the prior, in its own frame</source>
        <translation>Ein Kopf des Priors, in seinem eigenen Bezug</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%n photos, {0} × {1} pixels</source>
        <translation>
            <numerusform>%n Foto, {0} × {1} Pixel</numerusform>
            <numerusform>%n Fotos, {0} × {1} Pixel</numerusform>
        </translation>
    </message>
    <message>
        <source>1 photo, {0} × {1} pixels</source>
        <translation>1 Foto, {0} × {1} Pixel</translation>
    </message>
</context>
<context>
    <name>SuggestedLandmarks</name>
    <message>
        <source>The suggested landmarks cannot be shown: {0}</source>
        <translation>Die vorgeschlagenen Landmarken können nicht gezeigt werden: {0}</translation>
    </message>
</context>
<context>
    <name>TimelineBar</name>
    <message>
        <source>Compare</source>
        <translation>Vergleichen</translation>
    </message>
    <message>
        <source>Compared with: {0}</source>
        <translation>Verglichen mit: {0}</translation>
    </message>
    <message>
        <source>In memory: {0} of {1}. On disk: {2} of {3}. Long runs are thinned out.
Meshes that came faster than they could be drawn are not here.</source>
        <translation>Im Speicher: {0} von {1}. Auf der Platte: {2} von {3}. Lange Läufe werden ausgedünnt.
Netze, die schneller kamen, als sie gezeichnet werden konnten, fehlen hier.</translation>
    </message>
    <message>
        <source>Progress of the film</source>
        <translation>Fortschritt des Films</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Step %s</source>
        <translation>Schritt %s</translation>
    </message>
    <message>
        <source>Stop making the film</source>
        <translation>Film nicht weiter machen</translation>
    </message>
    <message>
        <source>Timeline of the meshes</source>
        <translation>Zeitleiste der Netze</translation>
    </message>
    <message>
        <source>{0} into the run</source>
        <translation>{0} nach Beginn des Laufs</translation>
    </message>
</context>
<context>
    <name>TimelineController</name>
    <message>
        <source>The timeline</source>
        <translation>Die Zeitleiste</translation>
    </message>
</context>
<context>
    <name>ToolBars</name>
    <message>
        <source>As I look now</source>
        <translation>Wie ich jetzt sehe</translation>
    </message>
    <message>
        <source>Back to front</source>
        <translation>Hinten–vorn</translation>
    </message>
    <message>
        <source>Bottom to top</source>
        <translation>Unten–oben</translation>
    </message>
    <message>
        <source>Click the other end</source>
        <translation>Auf das andere Ende klicken</translation>
    </message>
    <message>
        <source>Click two points</source>
        <translation>Auf zwei Punkte klicken</translation>
    </message>
    <message>
        <source>Cut away</source>
        <translation>Kappen</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete all</source>
        <translation>Alle löschen</translation>
    </message>
    <message>
        <source>Delete the chosen distance, or the last one</source>
        <translation>Den gewählten Abstand löschen, oder den letzten</translation>
    </message>
    <message>
        <source>Distances in mm; Delete removes the chosen one</source>
        <translation>Abstände in mm; Entf löscht den gewählten</translation>
    </message>
    <message>
        <source>Flip</source>
        <translation>Umdrehen</translation>
    </message>
    <message>
        <source>Hide what lies behind the plane; off, only the contours are drawn</source>
        <translation>Verbergen, was hinter der Ebene liegt; aus: nur die Konturen</translation>
    </message>
    <message>
        <source>Keep the other side</source>
        <translation>Die andere Seite behalten</translation>
    </message>
    <message>
        <source>Left to right</source>
        <translation>Links–rechts</translation>
    </message>
    <message>
        <source>Measured distances</source>
        <translation>Gemessene Abstände</translation>
    </message>
    <message>
        <source>Place of the section plane</source>
        <translation>Lage der Schnittebene</translation>
    </message>
    <message>
        <source>Ruler</source>
        <translation>Lineal</translation>
    </message>
    <message>
        <source>Section</source>
        <translation>Schnitt</translation>
    </message>
    <message>
        <source>Where the plane is; its ball in the view can be dragged too</source>
        <translation>Wo die Ebene ist; ihre Kugel in der Ansicht lässt sich auch ziehen</translation>
    </message>
    <message>
        <source>Which way the section plane faces</source>
        <translation>Wohin die Schnittebene zeigt</translation>
    </message>
</context>
<context>
    <name>TrainingController</name>
    <message>
        <source>A training of {0} was interrupted; what it had learned is still there. It can be gone on with if population and settings are the same.</source>
        <translation>Ein Training von {0} wurde unterbrochen; was es gelernt hatte, ist noch da. Es kann fortgesetzt werden, wenn Population und Einstellungen gleich sind.</translation>
    </message>
    <message>
        <source>An interrupted training</source>
        <translation>Ein unterbrochenes Training</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Go on with the interrupted training?</source>
        <translation>Das unterbrochene Training fortsetzen?</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>Replace {0}?</source>
        <translation>{0} ersetzen?</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Start anew</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>The file exists</source>
        <translation>Die Datei gibt es schon</translation>
    </message>
    <message>
        <source>The prior in it is lost when the new one is written.</source>
        <translation>Der Prior darin geht verloren, wenn der neue geschrieben wird.</translation>
    </message>
    <message>
        <source>The prior is in {0}; it can be chosen as the prior now</source>
        <translation>Der Prior ist in {0}; er kann jetzt als Prior gewählt werden</translation>
    </message>
    <message>
        <source>The training cannot start</source>
        <translation>Das Training kann nicht starten</translation>
    </message>
    <message>
        <source>Unseen heads: {0:.2f} mm</source>
        <translation>Ungesehene Köpfe: {0:.2f} mm</translation>
    </message>
    <message>
        <source>Unseen heads: {0:.2f} mm, face {1:.2f} mm</source>
        <translation>Ungesehene Köpfe: {0:.2f} mm, Gesicht {1:.2f} mm</translation>
    </message>
</context>
<context>
    <name>TrainingPage</name>
    <message>
        <source>A file of packed heads…</source>
        <translation>Eine Datei gepackter Köpfe…</translation>
    </message>
    <message>
        <source>A folder…</source>
        <translation>Ein Ordner…</translation>
    </message>
    <message>
        <source>Autodecoder</source>
        <translation>Autodecoder</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Choose a population: a folder</source>
        <translation>Population wählen: ein Ordner</translation>
    </message>
    <message>
        <source>Choose a population: packed heads</source>
        <translation>Population wählen: gepackte Köpfe</translation>
    </message>
    <message>
        <source>Choose the file to write</source>
        <translation>Die Datei zum Schreiben wählen</translation>
    </message>
    <message>
        <source>Choose where the heads come from</source>
        <translation>Wählen, woher die Köpfe kommen</translation>
    </message>
    <message>
        <source>Components</source>
        <translation>Komponenten</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Head priors (*{0})</source>
        <translation>Kopf-Priors (*{0})</translation>
    </message>
    <message>
        <source>Heads</source>
        <translation>Köpfe</translation>
    </message>
    <message>
        <source>Heads from</source>
        <translation>Köpfe aus</translation>
    </message>
    <message>
        <source>Heads kept out, to measure the error on</source>
        <translation>Zurückgehaltene Köpfe, um daran den Fehler zu messen</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>Zurückgehalten</translation>
    </message>
    <message>
        <source>How large the network is</source>
        <translation>Wie groß das Netzwerk ist</translation>
    </message>
    <message>
        <source>How many heads to learn from</source>
        <translation>Aus wie vielen Köpfen gelernt wird</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>Linear</translation>
    </message>
    <message>
        <source>Linear: principal components of signed distances; minutes on a processor.
Autodecoder: a network with a latent code per head; takes surfaces that are not closed.</source>
        <translation>Linear: Hauptkomponenten vorzeichenbehafteter Abstände; Minuten auf einem Prozessor.
Autodecoder: ein Netzwerk mit einem Code je Kopf; nimmt auch offene Flächen.</translation>
    </message>
    <message>
        <source>Not now: {0}</source>
        <translation>Jetzt nicht: {0}</translation>
    </message>
    <message>
        <source>Packed heads (*.npz)</source>
        <translation>Gepackte Köpfe (*.npz)</translation>
    </message>
    <message>
        <source>Paper (GPU)</source>
        <translation>Veröffentlicht (GPU)</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Resume training</source>
        <translation>Training fortsetzen</translation>
    </message>
    <message>
        <source>Size of the latent code</source>
        <translation>Größe des Codes</translation>
    </message>
    <message>
        <source>Small (CPU)</source>
        <translation>Klein (CPU)</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>Training starten</translation>
    </message>
    <message>
        <source>The file to write</source>
        <translation>Die Datei, die geschrieben wird</translation>
    </message>
    <message>
        <source>The prior to write</source>
        <translation>Der Prior, der geschrieben wird</translation>
    </message>
    <message>
        <source>Where the heads come from: a folder of meshes, an H3DS dataset, an ICT FaceKit checkout,
or packed heads (.npz). Several, to learn from all of them together, are separated as in PATH.</source>
        <translation>Woher die Köpfe kommen: ein Ordner mit Netzen, ein H3DS-Datensatz, ein ICT-FaceKit-Verzeichnis
oder gepackte Köpfe (.npz). Mehrere, um von allen zusammen zu lernen, werden wie in PATH getrennt.</translation>
    </message>
    <message>
        <source>Write to</source>
        <translation>Schreiben nach</translation>
    </message>
    <message>
        <source>a run is active</source>
        <translation>ein Lauf ist aktiv</translation>
    </message>
    <message>
        <source>choose a population and a file to write</source>
        <translation>eine Population und eine Datei zum Schreiben wählen</translation>
    </message>
</context>
<context>
    <name>UndoController</name>
    <message>
        <source>&amp;Redo {0}</source>
        <translation>&amp;Wiederherstellen: {0}</translation>
    </message>
    <message>
        <source>&amp;Undo {0}</source>
        <translation>&amp;Rückgängig: {0}</translation>
    </message>
    <message>
        <source>Done again: {0}</source>
        <translation>Wiederhergestellt: {0}</translation>
    </message>
    <message>
        <source>Undone: {0}</source>
        <translation>Rückgängig gemacht: {0}</translation>
    </message>
    <message>
        <source>nothing was undone</source>
        <translation>nichts wurde rückgängig gemacht</translation>
    </message>
    <message>
        <source>there is nothing to undo</source>
        <translation>es gibt nichts rückgängig zu machen</translation>
    </message>
</context>
<context>
    <name>ViewBar</name>
    <message>
        <source>How surfaces are drawn</source>
        <translation>Wie Flächen gezeichnet werden</translation>
    </message>
    <message>
        <source>More tools</source>
        <translation>Weitere Werkzeuge</translation>
    </message>
</context>
<context>
    <name>ViewBars</name>
    <message>
        <source>PSNR of each judged view</source>
        <translation>PSNR jeder bewerteten Ansicht</translation>
    </message>
    <message>
        <source>PSNR per view, dB</source>
        <translation>PSNR je Ansicht, dB</translation>
    </message>
    <message>
        <source>View {0}: {1:.2f} dB, {2}</source>
        <translation>Ansicht {0}: {1:.2f} dB, {2}</translation>
    </message>
    <message>
        <source>kept out</source>
        <translation>zurückgehalten</translation>
    </message>
    <message>
        <source>kept out of the reconstruction</source>
        <translation>nicht zur Rekonstruktion benutzt</translation>
    </message>
    <message>
        <source>used</source>
        <translation>benutzt</translation>
    </message>
</context>
<context>
    <name>ViewModel</name>
    <message>
        <source>Click the tick to use it, double-click to look through its camera</source>
        <translation>Auf den Haken klicken, um es zu verwenden; Doppelklick, um durch die Kamera zu sehen</translation>
    </message>
    <message>
        <source>View {0}: {1}, {2} × {3}</source>
        <translation>Ansicht {0}: {1}, {2} × {3}</translation>
    </message>
</context>
<context>
    <name>ViewPictures</name>
    <message>
        <source>View {0}: {1}</source>
        <translation>Ansicht {0}: {1}</translation>
    </message>
</context>
<context>
    <name>ViewportPage</name>
    <message>
        <source>Camera of view {0}</source>
        <translation>Kamera der Ansicht {0}</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>A synthetic head that comes with the program</source>
        <translation>Ein künstlicher Kopf, der dem Programm beiliegt</translation>
    </message>
    <message>
        <source>From a few photos of a head to its shape, in millimetres.</source>
        <translation>Von ein paar Fotos eines Kopfes zu seiner Form, in Millimetern.</translation>
    </message>
    <message>
        <source>Go on where you stopped: ticks, landmarks, result</source>
        <translation>Weiter, wo man war: Auswahl, Landmarken, Ergebnis</translation>
    </message>
    <message>
        <source>Let go to open it</source>
        <translation>Loslassen, um es zu öffnen</translation>
    </message>
    <message>
        <source>Open a project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Open a scan folder</source>
        <translation>Scan-Ordner öffnen</translation>
    </message>
    <message>
        <source>Photos, masks and cameras: H3DS, IDR or DTU layout</source>
        <translation>Fotos, Masken und Kameras: Aufbau wie H3DS, IDR oder DTU</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Try the demo scan</source>
        <translation>Demo-Scan ausprobieren</translation>
    </message>
    <message>
        <source>or drop a folder, a project or a mesh anywhere in this window</source>
        <translation>oder einen Ordner, ein Projekt oder ein Netz irgendwo in dieses Fenster ziehen</translation>
    </message>
</context>
<context>
    <name>Work</name>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>Wird abgebrochen…</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Done (finished early)</source>
        <translation>Fertig (vorzeitig beendet)</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Finishing…</source>
        <translation>Wird beendet…</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Learning a prior</source>
        <translation>Ein Prior wird gelernt</translation>
    </message>
    <message>
        <source>Making the report</source>
        <translation>Der Bericht wird gemacht</translation>
    </message>
    <message>
        <source>No report was written</source>
        <translation>Kein Bericht wurde geschrieben</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Reconstructing</source>
        <translation>Rekonstruktion läuft</translation>
    </message>
    <message>
        <source>See the log</source>
        <translation>Siehe Protokoll</translation>
    </message>
    <message>
        <source>See the log; an interrupted training can be resumed</source>
        <translation>Siehe Protokoll; ein unterbrochenes Training kann fortgesetzt werden</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Wird gestartet…</translation>
    </message>
    <message>
        <source>Stopped; no prior was written, what was learned so far can be resumed</source>
        <translation>Gestoppt; kein Prior wurde geschrieben, das bisher Gelernte kann fortgesetzt werden</translation>
    </message>
    <message>
        <source>The prior is written; choose it in the Prior panel</source>
        <translation>Der Prior ist geschrieben; im Fenster Prior wählen</translation>
    </message>
    <message>
        <source>The prior of the heads so far is written</source>
        <translation>Der Prior der bisherigen Köpfe ist geschrieben</translation>
    </message>
    <message>
        <source>The reconstruction</source>
        <translation>Die Rekonstruktion</translation>
    </message>
    <message>
        <source>The report</source>
        <translation>Der Bericht</translation>
    </message>
    <message>
        <source>The training of the prior</source>
        <translation>Das Training des Priors</translation>
    </message>
</context>
<context>
    <name>Workspace</name>
    <message>
        <source>Saved {0}</source>
        <translation>{0} gespeichert</translation>
    </message>
</context>
</TS>
